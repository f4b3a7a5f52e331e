import type { IncomingHttpHeaders } from "node:http";
import { isFromForeignPage } from "../host.ts";

interface Asked {
  readonly headers: IncomingHttpHeaders;
  /** As they came, names and values in turns. */
  readonly rawHeaders: readonly string[];
}

/** Longer than any token with any name. */
const maxLength = 1000;

/**
 * The token in the Authorization header: alone, or as the password of HTTP Basic, whatever the name beside it; undefined
 * when there is none, or it must not count.
 */
export function credentialIn({ headers, rawHeaders }: Asked): string | undefined {
  const { authorization = "" } = headers;
  // Node takes the first of two; whoever stands before us may have looked at the second.
  if (authorization.length > maxLength || timesIn(rawHeaders, "authorization") > 1) return undefined;
  const [, scheme = "", value = ""] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  return /^basic$/i.test(scheme) && mayHaveMeantIt(headers) ? passwordIn(value) : undefined;
}

/** Told by its name, too: Sec-Fetch-Site goes to trustworthy origins only. (Node sends Sec-Fetch-Mode.) */
const isBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined ||
  headers["sec-fetch-site"] !== undefined ||
  /^Mozilla\//.test(headers["user-agent"] ?? "");

/** A browser that has once been told a password sends it for any page: then only a page of ours may be meant. */
const mayHaveMeantIt = (headers: IncomingHttpHeaders): boolean =>
  !isBrowser(headers) ||
  (!isFromForeignPage(headers) && (headers["sec-fetch-site"] === "same-origin" || headers.origin !== undefined));

function passwordIn(credentials: string): string | undefined {
  const decoded = Buffer.from(credentials, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon === -1 ? undefined : decoded.slice(colon + 1);
}

function timesIn(rawHeaders: readonly string[], wanted: string): number {
  let times = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === wanted.length && name.toLowerCase() === wanted) times++;
  }
  return times;
}

/** How a client may say who it is: a browser is not asked for a password, which it would send for any page ever after. */
export const challengesFor = (headers: IncomingHttpHeaders): readonly string[] =>
  isBrowser(headers) ? [bearer] : [basic, bearer];

const basic = 'Basic realm="benchd", charset="UTF-8"';
const bearer = 'Bearer realm="benchd"';
