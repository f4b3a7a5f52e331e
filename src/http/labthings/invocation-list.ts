import type { FastifyReply, FastifyRequest } from "fastify";
import type { InvocationFilter } from "../../invocation/journal.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import type { InvocationStatus } from "../../invocation/state.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { json, originOf } from "../answer.ts";
import { invocationEntry } from "../invocation-json.ts";
import type { View } from "../view.ts";

export interface ListQuery {
  readonly thing?: string;
  readonly action?: string;
  readonly status?: InvocationStatus;
  readonly since?: string;
  readonly limit?: number;
  readonly cursor?: number;
}

const maxPage = 1000;

/** The newest invocations that match, oldest first, as LabThings lists them. */
export function listInvocations(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway, prefix }: View,
  query: ListQuery,
): Promise<FastifyReply> {
  const base = { origin: originOf(request), prefix };
  return answerPage(
    request,
    reply,
    listFilter(query),
    (wanted) => seenInvocations(gateway, request.sight).list(wanted),
    (record) => invocationEntry(record, base),
  );
}

export function listFilter({ cursor, since, ...query }: ListQuery): InvocationFilter {
  return { ...query, before: cursor, since: since === undefined ? undefined : Date.parse(since) };
}

/**
 * A page of records, oldest first. When older ones are left out, the Link header tells where they are; pages stay the same
 * while new invocations come in.
 */
export async function answerPage(
  request: FastifyRequest,
  reply: FastifyReply,
  filter: InvocationFilter,
  list: (filter: InvocationFilter) => Promise<readonly InvocationRecord[]>,
  entry: (record: InvocationRecord) => object,
): Promise<FastifyReply> {
  const page = await linkedPage(request, reply, filter, list);
  return json(reply, 200, page.map(entry));
}

/** The same, for whoever answers with it in his own way. */
export async function linkedPage(
  request: FastifyRequest,
  reply: FastifyReply,
  filter: InvocationFilter,
  list: (filter: InvocationFilter) => Promise<readonly InvocationRecord[]>,
): Promise<readonly InvocationRecord[]> {
  const limit = Math.min(filter.limit ?? maxPage, maxPage);
  // One more than is told, to know whether there are any.
  const found = await list({ ...filter, limit: limit + 1 });
  const page = found.slice(-limit);
  const [oldest] = page;
  if (oldest && found.length > page.length) reply.header("link", olderPage(originOf(request), request.url, oldest.seq));
  return page;
}

function olderPage(origin: string, target: string, cursor: number): string {
  const url = new URL(target, origin);
  url.searchParams.set("cursor", String(cursor));
  return `<${url.href}>; rel="next"`;
}
