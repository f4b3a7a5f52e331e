import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { InvocationFilter } from "../../invocation/journal.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { oneLine } from "../../one-line.ts";
import type { Static } from "../../typebox.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { json, notFound, originOf } from "../answer.ts";
import { answerPage } from "../labthings/invocation-list.ts";
import { historyQuery, invocationParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { csvHeader, csvRow } from "./csv.ts";
import { historyEntry, historyJson, historyLine } from "./history-json.ts";

/** So many are read at a time for an export. */
const exportPage = 100;
/** So many exports may be on their way at a time. */
const maxExports = 16;

/** `/gateway/history`: what has been done, for as long as it is kept. */
export function history(app: App, view: View): void {
  const { gateway, prefix, audience } = view;

  app.get(
    "/gateway/history",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "What has been done", querystring: historyQuery },
    },
    async (request, reply) => {
      const { format = "json", limit, ...query } = request.query;
      const base = { origin: originOf(request), prefix };
      const invocations = seenInvocations(gateway, request.sight);
      if (format !== "json") {
        const seat = { what: "exports", max: maxExports, by: request.principal.key };
        const enter = audience.expect(seat, reply.raw);
        // Half a table that looks whole would be a lie: who may read no more, or has to make room, sees it break off.
        enter({ return: () => reply.raw.destroy() });
      }
      if (format === "csv")
        return send(
          reply,
          "text/csv; charset=utf-8",
          lines(csvHeader(), (record) => csvRow(record, base)),
        );
      if (format === "ndjson") {
        const line = (record: InvocationRecord) => `${oneLine(JSON.stringify(historyLine(record, base)))}\n`;
        return send(reply, "application/x-ndjson", lines("", line));
      }
      return answerPage(
        request,
        reply,
        { ...filterOf(query), limit },
        (filter) => invocations.list(filter, "history"),
        (record) => historyEntry(record, base),
      );

      function lines(header: string, line: (record: InvocationRecord) => string): AsyncGenerator<string> {
        return exported(invocations, { ...filterOf(query), limit }, header, line);
      }
    },
  );

  app.get(
    "/gateway/history/:id",
    {
      config: { scope: "read", over: "invocation" },
      schema: { summary: "All that is known of an invocation", params: invocationParams },
    },
    async (request, reply) => {
      const record = await seenInvocations(gateway, request.sight).find(request.params.id, "history");
      if (!record) return notFound(reply);
      return json(reply, 200, historyJson(record, { origin: originOf(request), prefix }));
    },
  );
}

type Invocations = View["gateway"]["invocations"];

/** The newest first, a page at a time, as fast as they are read. */
async function* exported(
  invocations: Invocations,
  { limit = Number.POSITIVE_INFINITY, ...filter }: InvocationFilter,
  header: string,
  line: (record: InvocationRecord) => string,
): AsyncGenerator<string> {
  if (header !== "") yield header;
  let { before } = filter;
  for (let left = limit; left > 0; ) {
    const page = await invocations.list({ ...filter, before, limit: Math.min(left, exportPage) }, "history");
    for (const record of page.toReversed()) yield line(record);
    left -= page.length;
    before = page[0]?.seq;
    if (before === undefined) return;
    // Others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function send(reply: FastifyReply, type: string, text: AsyncGenerator<string>): FastifyReply {
  return reply.type(type).send(Readable.from(text, { objectMode: false }));
}

function filterOf({
  cursor,
  since,
  until,
  ...rest
}: Omit<Static<typeof historyQuery>, "format" | "limit">): InvocationFilter {
  return { ...rest, before: cursor, since: time(since), until: time(until) };
}

const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
