import { hash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { KeyMalformedError, NotReadyError } from "../errors.ts";
import { type Answer, keyIdOf, type RequestKey } from "../gateway/keys.ts";
import { json, tellProblem } from "./answer.ts";
import type { Dialect } from "./dialect.ts";
import { type Problem, problemIn } from "./problem.ts";
import { retryAfter } from "./status.ts";
import type { View } from "./view.ts";

const maxLength = 255;
/** A string of RFC 8941 in quotes, or what people write without. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;
const bare = /^[A-Za-z0-9!#$%&'*+\-.^_`|~:/=]+$/;

/** Tells that nothing was done: the answer is that of an earlier request with the same key. */
export const replayHeader = "idempotent-replayed";

/** What `Idempotency-Key` makes of a request; undefined without that header. Throws `KeyMalformedError`. */
export function keyOf(request: FastifyRequest): RequestKey | undefined {
  const given = request.headers["idempotency-key"];
  if (given === undefined) return undefined;
  const { principal, method, params, query, body, routeOptions } = request;
  // The same key from the same client would not be the same.
  if (principal.key === undefined)
    throw new NotReadyError("the connection has ended, and nobody knows whose key this is");
  const scope = [principal.key, method, routeOptions.url, params, parseKey(String(given))];
  return { id: keyIdOf(principal.key, fingerprint(scope)), body: fingerprint({ query, body }) };
}

/** The key itself; the same with and without quotes. */
export function parseKey(text: string): string {
  const key = quoted.exec(text)?.[1]?.replaceAll(/\\(.)/g, "$1") ?? bare.exec(text)?.[0];
  if (key !== undefined && key.length <= maxLength) return key;
  throw new KeyMalformedError(
    `Idempotency-Key takes one string of 1 to ${maxLength} characters, best a UUID: Idempotency-Key: "8e03978e-40d5-43e8-bc93-6894a57f9324"`,
  );
}

/** Do and answer it, once if it has a key. */
export async function answerOnce(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway }: View,
  work: () => Promise<Answer>,
): Promise<FastifyReply> {
  const key = keyOf(request);
  const { answer, replayed } = key
    ? await gateway.keys.answer(key, work, (thrown) => told(thrown, request.dialect))
    : { answer: await work(), replayed: false };
  if (replayed) reply.header(replayHeader, "true");
  if (answer.status === 204) return reply.code(204).send();
  // What has failed half way, or before and is told again.
  if (answer.status === 503) reply.header("retry-after", retryAfter);
  if (answer.status >= 400) return tellProblem(reply, answer.value as Problem);
  // What was made says where it is.
  if (answer.status === 201 && isPlaced(answer.value)) reply.header("location", answer.value.href);
  return json(reply, answer.status, answer.value);
}

const isPlaced = (value: unknown): value is { readonly href: string } =>
  typeof value === "object" && value !== null && "href" in value && typeof value.href === "string";

function told(thrown: unknown, dialect: Dialect): Answer {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const value = problemIn(dialect, error);
  return { status: value.status, value };
}

/** The same for values that are the same as JSON, in whatever order their keys stand. */
export const fingerprint = (value: unknown): string =>
  hash("sha256", JSON.stringify(canonical(value)) ?? "", "base64url");

function canonical(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, one]) => [name, canonical(one)]));
}
