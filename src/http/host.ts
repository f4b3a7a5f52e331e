import { isIP } from "node:net";

const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i;

/** The name in a Host header, in one spelling: lower case, without port, trailing dot and brackets. */
export function hostName(header: string): string | undefined {
  const name = hostPattern.exec(header)?.[1];
  return name && canonical(name);
}

const canonical = (name: string) =>
  name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");

/**
 * Whether a request for this host is meant for us. A page whose name has been pointed at our address sends its own
 * name; an address cannot be pointed anywhere else, so addresses pass.
 */
export class KnownHosts {
  readonly #names: ReadonlySet<string>;
  /** Clients send the same few headers over and over. */
  readonly #verdicts = new Map<string, "known" | "foreign" | "malformed">();

  constructor(names: Iterable<string>) {
    this.#names = new Set(["localhost", ...names].map(canonical));
  }

  judge(header: string): "known" | "foreign" | "malformed" {
    const before = this.#verdicts.get(header);
    if (before) return before;
    const name = hostName(header);
    const verdict = name === undefined ? "malformed" : this.#names.has(name) || isIP(name) !== 0 ? "known" : "foreign";
    if (this.#verdicts.size >= 100) this.#verdicts.clear();
    this.#verdicts.set(header, verdict);
    return verdict;
  }
}

interface FetchHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly "sec-fetch-site"?: string | string[] | undefined;
}

/** Whether a browser sends this for a page that is not ours. Programs send neither header, and pass. */
export function isFromForeignPage(headers: FetchHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  if (headers.origin === undefined) return false;
  if (!URL.canParse(headers.origin)) return true;
  const origin = new URL(headers.origin);
  // Same scheme for both, so that a default port is left out of both.
  const ours = `${origin.protocol}//${headers.host}`;
  return !URL.canParse(ours) || new URL(ours).host !== origin.host || origin.host === "";
}
