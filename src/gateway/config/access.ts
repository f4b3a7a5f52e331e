import { Type } from "../../typebox.ts";
import type { ConfigFile } from "./file.ts";
import { fits, soundFields } from "./judge.ts";

/** Whether who asks has to have a token. */
export type Auth = "tokens" | "none";

/** Who is let in, and for whom pages and proxies may speak. */
export interface AccessConfig {
  readonly auth: Auth;
  /** What the file itself says; where it says nothing, `auth` goes by the address that is listened on. */
  readonly toldAuth: Auth | undefined;
  /** Who may press the emergency stop: who has any token, or anybody who can reach the gateway. */
  readonly emergencyStop: "token" | "anybody";
  /** Origins of pages that may use the interface, as browsers write them. */
  readonly origins: readonly string[];
  /** Addresses and networks whose word is taken for whom they forward. */
  readonly proxies: readonly string[];
}

const originWords = "the origin of a page as its browser names it, such as https://notebook.lab.example";
const proxyWords = "the address of a proxy, such as 10.0.0.2, or a network, such as 10.0.0.0/24";

const accessSchema = Type.Object(
  {
    auth: Type.Optional(Type.Enum(["tokens", "none"])),
    emergencyStop: Type.Optional(Type.Enum(["token", "anybody"])),
    origins: Type.Optional(Type.Unknown()),
    proxies: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

/** No more than anybody could oversee. */
const maxEntries = 100;
const originsSchema = Type.Array(Type.String({ maxLength: 300, expects: originWords }), { maxItems: maxEntries });
const proxiesSchema = Type.Array(Type.String({ maxLength: 100, expects: proxyWords }), { maxItems: maxEntries });

/** Whether only programs on this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

/** Anybody may ask who is on this machine already; whoever comes from elsewhere, through a proxy too, needs a token. */
export const usualAuth = (host: string, proxies: readonly string[]): Auth =>
  isLoopback(host) && proxies.length === 0 ? "none" : "tokens";

interface Served {
  readonly listen: { readonly host: string };
  readonly access: Pick<AccessConfig, "auth" | "proxies">;
}

/** What whoever runs a gateway should know about who gets in; undefined when others than this machine need a token. */
export function openToAll({ listen, access }: Served): string | undefined {
  const reached = isLoopback(listen.host) ? access.proxies.join(", ") : listen.host;
  if (access.auth === "tokens" || reached === "") return undefined;
  return `no token is asked of anybody (access: { auth: none }): whoever can reach ${reached} may run the instruments`;
}

/** What stands below `access:`, for a gateway that listens on `host`. */
export function readAccess(source: ConfigFile, content: unknown, host: string): AccessConfig {
  const path = ["access"];
  const { auth, emergencyStop, origins, proxies } =
    content === undefined ? {} : soundFields(source, accessSchema, content, path);
  const believed = sound(source, [...path, "proxies"], proxiesSchema, proxies, proxyMistake);
  return {
    auth: auth ?? usualAuth(host, believed),
    toldAuth: auth,
    emergencyStop: emergencyStop ?? "token",
    origins: sound(source, [...path, "origins"], originsSchema, origins, originMistake),
    proxies: believed,
  };
}

/** The entries of a list with which nothing is wrong. */
function sound(
  source: ConfigFile,
  path: readonly string[],
  schema: typeof originsSchema,
  entries: unknown,
  mistakeIn: (entry: string) => string | undefined,
): readonly string[] {
  if (entries === undefined || !fits(source, schema, entries, path)) return [];
  return entries.filter((entry, i) => {
    const mistake = mistakeIn(entry);
    if (mistake !== undefined) source.mistake([...path, String(i)], mistake);
    return mistake === undefined;
  });
}

function originMistake(entry: string): string | undefined {
  if (entry === "*") return `"*" would let every page of the web operate the instruments: name each origin`;
  const url = /^https?:\/\/[^*]+$/i.test(entry) && URL.canParse(entry) ? new URL(entry) : undefined;
  if (!url) return `"${entry}" is no origin (expected: ${originWords})`;
  return url.origin === entry ? undefined : `"${entry}" is written ${url.origin} by browsers: write it so`;
}

function proxyMistake(entry: string): string | undefined {
  const [, address = "", bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const width = isIpv4(address) ? 32 : isIpv6(address) ? 128 : 0;
  if (width === 0 || Number(bits ?? width) > width) return `"${entry}" is no address (expected: ${proxyWords})`;
  return Number(bits ?? width) === 0 ? `"${entry}" would believe everybody: name the proxy's own address` : undefined;
}

const isIpv4 = (text: string) =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
const isIpv6 = (text: string) => /^[0-9a-f:.]+$/i.test(text) && text.includes(":") && URL.canParse(`http://[${text}]`);
