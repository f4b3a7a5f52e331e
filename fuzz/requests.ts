import type { TSchema } from "typebox";
import type { Dice } from "../soak/dice.ts";
import { valueFor } from "../soak/values.ts";
import { anyText, bodyFor, mutated } from "./bodies.ts";
import { authorization, oddHeaders } from "./headers.ts";
import type { Operation, Surface } from "./surface.ts";

/** A request in parts, still to be spoilt, or written. */
export interface Request {
  /** Its route. */
  readonly what: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** In UTF-8, a byte a character; undefined: none. */
  readonly body: string | undefined;
}

/** Each text here stands for bytes: one a character. */
const utf8 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

export const host = "127.0.0.1";

/** A request that any parser of HTTP can read, whatever else is wrong with it. */
export function requestFor(surface: Surface, dice: Dice): Request {
  const route = dice.weighted(surface.routes.filter(({ operations }) => operations.length > 0));
  const operation = dice.one(route.operations);
  const method = dice.odds(0.95) ? operation.method : dice.one(otherMethods);
  const takesBody = !["GET", "HEAD", "OPTIONS"].includes(method);
  const body = takesBody ? (dice.odds(0.9) ? bodyFor(operation.body, dice) : undefined) : undefined;
  const type = body !== undefined && dice.odds(0.95) ? [["content-type", "application/json"] as const] : [];
  const user = authorization(dice);
  const odd = dice.odds(0.3) ? oddHeaders(dice) : [];
  const given = [
    ["host", host] as const,
    ...(user === undefined ? [] : [["authorization", user] as const]),
    ...type,
    ...waits(operation, dice),
  ];
  const twice = new Set(odd.map(([name]) => name));
  return {
    what: route.url,
    method,
    target: target(operation, dice),
    headers: [...given.filter(([name]) => !twice.has(name)), ...odd],
    body: body === undefined ? undefined : utf8(body),
  };
}

/** As bytes, with a length. */
export function written({ method, target: at, headers, body }: Request): string {
  const length =
    body === undefined && method !== "POST" && method !== "PUT" ? [] : [`content-length: ${body?.length ?? 0}`];
  const lines = [`${method} ${at} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ...length];
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** As bytes, in chunks. */
export function writtenInChunks({ method, target: at, headers, body = "" }: Request, dice: Dice): string {
  const lines = [`${method} ${at} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  let text = `${[...lines, "transfer-encoding: chunked"].join("\r\n")}\r\n\r\n`;
  for (let at = 0; at < body.length; ) {
    const size = Math.min(body.length - at, dice.whole(1, Math.max(1, body.length)));
    text += `${size.toString(16)}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}0\r\n\r\n`;
}

export const otherMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY", "PROPFIND"];

function target({ path, query }: Operation, dice: Dice): string {
  const at = dice.odds(0.96) ? path : oddPath(path, dice);
  const roll = dice.real(0, 1);
  if (roll < 0.7 && query.length > 0) {
    const wanted = query.filter(() => dice.odds(0.35));
    return wanted.length > 0 ? `${at}?${wanted.map((one) => pair(one, dice)).join("&")}` : at;
  }
  return roll < 0.95 ? at : `${at}?${percent(anyText(dice, 6))}=${dice.one(oddValues)}`;
}

function pair([name, schema]: readonly [string, TSchema], dice: Dice): string {
  if (dice.odds(0.7)) return `${name}=${percent(String(valueFor(schema, dice, name)))}`;
  return `${name}=${dice.one(oddValues)}`;
}

/** Halves of pairs have no bytes of their own. */
const percent = (text: string) => encodeURIComponent(Buffer.from(text).toString());

const oddValues = [
  ...["", "0", "-1", "1e9", "1e400", "NaN", "true", "%00", "%ff", "%", "%E0%A4%A", "a%0d%0ab", "..%2f", "[]", "a=b=c"],
  ...["x".repeat(300), "2026-11-21", "2026-11-21T00:00:00Z", "null", "%F0%9F%92%A9", "1,2", "running", "csv", "60"],
];

function oddPath(path: string, dice: Dice): string {
  const parts = path.split("/");
  parts[dice.whole(1, parts.length - 1)] = dice.one(oddParts);
  const odd = dice.odds(0.7) ? parts.join("/") : mutated(path, dice);
  // A target has no blanks and no control characters: those are for the malformed.
  return `/${odd.replaceAll(/[^\x21-\x7e]/g, "%20").replace(/^\/+/, "")}`;
}

const oddParts = [
  ...["..", ".", "%2e%2e", "%2f", "%5c", "%00", "..%2f..%2fetc%2fpasswd", "%252e%252e", "__proto__", "constructor", ""],
  ...["toString", "hasOwnProperty", "*", ":thing", "{thing}", "%", "%zz", "%c0%ae", "a".repeat(201), "a".repeat(2000)],
];

/** Most do not wait, so that there are many. */
function waits({ method, url }: Operation, dice: Dice): readonly (readonly [string, string])[] {
  return method === "POST" && url.includes(":thing") && dice.odds(0.7) ? [["prefer", "respond-async"]] : [];
}
