import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { NotFoundError } from "../../errors.ts";
import { reworded } from "../../experiment/recordings/csv-cells.ts";
import { linesOf } from "../../experiment/recordings/lines-of.ts";
import { ndjsonOf } from "../../experiment/recordings/ndjson.ts";
import type { ReadRecording } from "../../experiment/recordings/recordings.ts";
import { seenRecording } from "../access/seen-recording.ts";
import type { Sight } from "../access/sight.ts";
import { dispositionOf } from "../blobs/disposition.ts";
import { recordingParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** Fewer than can be read at a time: some are let go of after their place was given to others. */
const maxReaders = 30;

const formats = {
  csv: { type: "text/csv; charset=utf-8; header=present", summary: "The rows of a recording as they are kept" },
  ndjson: { type: "application/x-ndjson", summary: "The rows of a recording, an object for each" },
} as const;

/** `/gateway/recordings/{id}/csv` and `…/ndjson`: what was recorded by now, in whole lines. */
export function recordingFile(app: App, view: View): void {
  // Fastify's own answers to HEAD would read all of it.
  for (const format of ["csv", "ndjson"] as const)
    for (const method of ["GET", "HEAD"] as const)
      app.route({
        method,
        url: `/gateway/recordings/:recording/${format}`,
        exposeHeadRoute: false,
        config: { scope: "read", over: "recording" },
        schema: { summary: formats[format].summary, params: recordingParams },
        handler: async (request, reply) => send(request, reply, view, { id: request.params.recording, format }),
      });
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway, audience }: View,
  { id, format }: { readonly id: string; readonly format: keyof typeof formats },
): Promise<FastifyReply> {
  const { sight } = request;
  const { recordings } = gateway.experiments;
  const { name } = seenRecording(recordings, sight, id);
  const enter = audience.expect({ what: "recordings", max: maxReaders, by: request.principal.key }, reply.raw);
  const file = await recordings.read(id);
  if (!file) throw new NotFoundError(`there is no recording ${id}`);
  const called = `${sight.text(name)}-${id.slice(0, 8)}.${format}`;
  reply
    .type(formats[format].type)
    .header(
      "content-disposition",
      dispositionOf({ id, mediaType: formats[format].type, name: called, size: file.bytes }),
    );
  // As it stands in the file, which whoever may not read everything is not to see of what people and drivers say.
  const asItIs = format === "csv" && sight.all;
  if (asItIs) reply.header("content-length", String(file.bytes));
  if (request.method === "HEAD") {
    await file.close();
    return reply.send();
  }
  const pieces = asItIs ? file.read() : converted(file, format, sight);
  const bytes = Readable.from(pieces, { objectMode: false, highWaterMark: 64 * 1024 });
  // Also when it is given up before it has begun.
  bytes.once("close", () => void file.close());
  // Half a table that looks whole would be a lie: who may read no more, or has to make room, sees it break off.
  enter({ return: () => reply.raw.destroy() });
  return reply.send(bytes);
}

/** In no larger pieces than it is read in, and as fast as it is taken. */
async function* converted(file: ReadRecording, format: keyof typeof formats, sight: Sight): AsyncGenerator<string> {
  const convert = format === "csv" ? (lines: readonly string[]) => `${lines.join("\n")}\n` : ndjsonOf(file.about);
  for await (const lines of linesOf(file.read())) {
    const text = convert(sight.all ? lines : lines.map((line) => reworded(line, (words) => sight.text(words))));
    if (text !== "") yield text;
    // Others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
