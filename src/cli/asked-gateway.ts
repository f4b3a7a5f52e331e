import { readFile } from "node:fs/promises";
import { localTokenFile } from "../access/local-token.ts";
import { readToken } from "../access/token-text.ts";
import { isLoopback } from "../gateway/config/access.ts";
import type { Shell } from "./shell.ts";
import { UsageError } from "./usage.ts";

/** Where a gateway is, unless `--url` or `BENCHD_URL` says otherwise. */
export const usualUrl = "http://127.0.0.1:5000";
/** For the line that explains `--url`. */
export const unlessTold = `that of BENCHD_URL, or ${usualUrl}, unless told`;

type Named = Pick<AskedGateway, "url" | "ca" | "tokenFile" | "ofEnvironment">;

/** What a command that is told to somebody needs besides, to ask the same gateway, wherever it is typed. */
export const urlArgument = ({ url, ca, tokenFile, ofEnvironment = usualUrl }: Named): string =>
  [
    url === usualUrl && ofEnvironment === usualUrl ? "" : ` --url ${url}`,
    ca === undefined ? "" : ` --ca ${ca}`,
    tokenFile === undefined ? "" : ` --token-file ${tokenFile}`,
  ].join("");

/** Of every command that asks a gateway. No option holds a token: others can read a command line. */
export const gatewayOptions = {
  url: { type: "string" },
  ca: { type: "string" },
  "token-file": { type: "string" },
} as const;

/** The lines that explain `--ca` and `--token-file`; `width` as in `--url` of the command. */
export const gatewayHelp = (width: number): readonly string[] => [
  `${"--ca FILE".padEnd(width)}  whom to trust, in PEM, where the gateway's certificate vouches for itself`,
  `${"--token-file F".padEnd(width)}  a file with your token; that of BENCHD_TOKEN, or of this machine for root, unless told`,
];

/** A gateway that is to be asked, and by whom. */
export interface AskedGateway {
  readonly url: string;
  /** The address that `BENCHD_URL` names, whether or not it is this one. */
  readonly ofEnvironment?: string;
  /** A file in PEM: by whom it is known at https://; by those that Node trusts unless told. */
  readonly ca: string | undefined;
  readonly token: string | undefined;
  /** Where that is from, for a message; undefined when there is none. */
  readonly tokenFrom: string | undefined;
  /** As `--token-file` has named it. */
  readonly tokenFile?: string;
  /** Where a gateway of this machine keeps its state, and its certificate in it. */
  readonly stateDirectory?: string;
}

interface Values {
  readonly url?: string | undefined;
  /** The gateway that is asked where neither `--url` nor `BENCHD_URL` names one; `usualUrl` unless told. */
  readonly usual?: string;
  readonly ca?: string | undefined;
  readonly "token-file"?: string | undefined;
}

/** Throws `UsageError` for what is no address, and for a token that is none or cannot be read. */
export async function askedGateway(
  values: Values,
  shell: Pick<Shell, "environment">,
  serviceState = "/var/lib/benchd",
): Promise<AskedGateway> {
  const asked = { ...addressed(values, shell), stateDirectory: serviceState };
  const file = values["token-file"];
  if (file !== undefined) return { ...asked, token: sound(await textOf(file), file), tokenFrom: file, tokenFile: file };
  const given = shell.environment["BENCHD_TOKEN"];
  if (given) return { ...asked, token: sound(given, "BENCHD_TOKEN"), tokenFrom: "BENCHD_TOKEN" };
  // It is of the gateway here, and no business of another's.
  if (!isLoopback(new URL(asked.url).hostname.replace(/^\[(.*)\]$/, "$1")))
    return { ...asked, token: undefined, tokenFrom: undefined };
  const local = localTokenFile(serviceState);
  const token = await readFile(local, "utf8").catch(() => undefined);
  return token === undefined || !readToken(token.trim())
    ? { ...asked, token: undefined, tokenFrom: undefined }
    : { ...asked, token: token.trim(), tokenFrom: local };
}

/** As `askedGateway`, but whatever is wrong with the token keeps nobody from asking without. */
export async function askedInAnyCase(values: Values, shell: Shell): Promise<AskedGateway> {
  const address = addressed(values, shell);
  try {
    return await askedGateway(values, shell);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    shell.tell(error.message);
    return { ...address, token: undefined, tokenFrom: undefined };
  }
}

/** Where it is. What `--url` says counts before `BENCHD_URL`, of which nothing is looked at then. */
function addressed({ url: told, ca, usual = usualUrl }: Values, { environment }: Pick<Shell, "environment">) {
  const ofEnvironment = environment["BENCHD_URL"] || undefined;
  const url = told ?? ofEnvironment ?? usual;
  const name = told === undefined ? "BENCHD_URL" : "--url";
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    throw new UsageError(`${name} takes the address of a gateway, such as ${usualUrl}, not "${url}"`);
  const { username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw new UsageError(
      `${name} takes no name and no password, which others could read: put the token into a --token-file`,
    );
  return { url, ca, ...(ofEnvironment !== undefined && { ofEnvironment }) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "this user may not read it" : code;
    throw new UsageError(`--token-file ${file}: ${why}`, { cause });
  }
}

function sound(text: string, from: string): string {
  const token = text.trim();
  if (readToken(token)) return token;
  throw new UsageError(`${from} holds no token: one line as \`benchd token create\` has shown it, benchd_…`);
}
