import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { redactOurs } from "../redact.ts";
import type { Dialect } from "./dialect.ts";
import { schemeOf } from "./forwarded.ts";
import type { Problem } from "./problem.ts";

/** Answer with a JSON value. The serializer keeps Fastify from adding a charset, which JSON has none of. */
export function json(reply: FastifyReply, status: number, value: unknown, type = "application/json"): FastifyReply {
  const text = JSON.stringify(value, status < 400 ? undefined : inWords(reply, status)) ?? "null";
  // A refusal may repeat what it was sent.
  const body = status >= 400 ? redactOurs(text) : text;
  return reply.code(status).header("content-type", type).serializer(asItIs).send(body);
}

/** What refuses a request says why, and may name Things that its client knows nothing of. */
function inWords({ request: { principal, sight, query, params, body } }: FastifyReply, status: number) {
  // What is refused before anybody knows whose it is names none.
  if (principal === undefined || sight.all) return undefined;
  // What is wrong with a request is told in its own words: left out, they would tell that there is such a Thing.
  const said = ownFaults.has(status) ? JSON.stringify([query, params, body]) : "";
  return (key: string, value: unknown) =>
    typeof value === "string" && /^(detail|message|msg)$/.test(key) ? sight.text(value, said) : value;
}

const ownFaults: ReadonlySet<number> = new Set([400, 404, 405, 422]);

const asItIs = (body: string) => body;

const typeOfProblem = (dialect: Dialect) => (dialect === "wot" ? "application/problem+json" : "application/json");

/** Answer with a problem: in the Web of Things view that has a content type of its own. */
export const tellProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  json(reply, problem.status, problem, typeOfProblem(reply.request.dialect));

/** Answer with a refusal that has no code, in the words of the view that was asked. */
export function refuse(
  reply: FastifyReply,
  status: number,
  detail: string,
  dialect = reply.request.dialect,
): FastifyReply {
  const plain = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
  return json(reply, status, dialect === "wot" ? plain : { detail }, typeOfProblem(dialect));
}

export const notFound = (reply: FastifyReply) => refuse(reply, 404, "Not Found");

export function notAllowed(reply: FastifyReply, methods: readonly string[]): FastifyReply {
  return refuse(reply.header("allow", methods.join(", ")), 405, "Method Not Allowed");
}

/** Where the client found us: the Host header has been checked by then. */
export const originOf = (request: FastifyRequest): string => `${schemeOf(request)}://${request.headers.host}`;
