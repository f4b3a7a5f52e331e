import type { FastifyReply, FastifyRequest } from "fastify";
import type { InvocationStatus } from "../invocation/state.ts";
import { json, originOf } from "./answer.ts";
import { invocationEntry } from "./invocation-json.ts";
import type { View } from "./view.ts";

export interface ListQuery {
  readonly thing?: string;
  readonly action?: string;
  readonly status?: InvocationStatus;
  readonly since?: string;
  readonly limit?: number;
  readonly cursor?: number;
}

const usualLimit = 1000;

/**
 * The newest invocations that match, oldest first, as LabThings lists them. When older ones are left out, the Link
 * header tells where they are; pages stay the same while new invocations come in.
 */
export async function listInvocations(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway, prefix }: View,
  query: ListQuery,
) {
  const { limit = usualLimit, cursor = Number.POSITIVE_INFINITY, since, thing, action, status } = query;
  const from = since === undefined ? 0 : Date.parse(since);
  const filter = { ...(thing && { thing }), ...(action && { action }), ...(status && { status }) };
  const all = await gateway.invocations.list(filter);
  const matching = all.filter(({ seq, requestedAt }) => seq < cursor && requestedAt >= from);
  const page = matching.slice(-limit);
  const origin = originOf(request);
  const [oldest] = page;
  if (oldest && matching.length > page.length) reply.header("link", olderPage(origin, request.url, oldest.seq));
  const base = { origin, prefix };
  return json(
    reply,
    200,
    page.map((invocation) => invocationEntry(invocation, base)),
  );
}

function olderPage(origin: string, target: string, cursor: number): string {
  const url = new URL(target, origin);
  url.searchParams.set("cursor", String(cursor));
  return `<${url.href}>; rel="next"`;
}
