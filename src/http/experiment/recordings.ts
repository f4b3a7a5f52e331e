import type { FastifyRequest } from "fastify";
import { NotFoundError } from "../../errors.ts";
import type { ToldRecording } from "../../experiment/recordings/recordings.ts";
import type { Static } from "../../typebox.ts";
import { seenRecording, seesRecording } from "../access/seen-recording.ts";
import { json, originOf } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { recordingParams, recordingsQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import { recordingFile } from "./recording-file.ts";
import { recordingJson } from "./recording-json.ts";
import { wantedRecording } from "./recording-wish.ts";

const usualLimit = 100;

/** `/gateway/recordings`: what is written down of the Things over a longer time. */
export function recordings(app: App, view: View): void {
  const { recordings } = view.gateway.experiments;
  const params = recordingParams;
  const told = (request: FastifyRequest, one: ToldRecording) =>
    recordingJson(one, request.sight, { origin: originOf(request), prefix: view.prefix });

  app.get(
    "/gateway/recordings",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The recordings, the newest first", querystring: recordingsQuery },
    },
    async (request, reply) => {
      const { limit = usualLimit } = request.query;
      const seen = pageOf(
        recordings.list().filter((one) => seesRecording(request.sight, one)),
        request.query,
      );
      const page = seen.slice(0, limit);
      const last = page.at(-1);
      if (last && seen.length > limit) {
        const next = new URL(request.url, originOf(request));
        next.searchParams.set("cursor", last.id);
        reply.header("link", `<${next.href}>; rel="next"`);
      }
      return json(
        reply,
        200,
        page.map((one) => told(request, one)),
      );
    },
  );

  app.post(
    "/gateway/recordings",
    { config: { scope: "operate", over: "visible" }, schema: { summary: "Begin a recording" } },
    async (request, reply) => {
      const wanted = wantedRecording(request);
      return answerOnce(request, reply, view, async () => {
        const { id } = recordings.start(wanted);
        return { status: 201, value: told(request, recordings.get(id)) };
      });
    },
  );

  app.get(
    "/gateway/recordings/:recording",
    {
      config: { scope: "read", over: "recording" },
      schema: { summary: "A recording: what it has so far, or how it has ended", params },
    },
    async (request, reply) =>
      json(reply, 200, told(request, seenRecording(recordings, request.sight, request.params.recording))),
  );

  app.post(
    "/gateway/recordings/:recording/stop",
    {
      config: { scope: "operate", over: "recording" },
      schema: { summary: "End a recording; what it has stays", params },
    },
    async (request, reply) => {
      const { recording: id } = request.params;
      return answerOnce(request, reply, view, async () => {
        await recordings.stop(id, request.principal);
        return { status: 200, value: told(request, recordings.get(id)) };
      });
    },
  );

  app.delete(
    "/gateway/recordings/:recording",
    {
      config: { scope: "configure", over: "recording" },
      schema: { summary: "Remove a recording that has ended, for good", params },
    },
    async (request, reply) => {
      const { recording: id } = request.params;
      return answerOnce(request, reply, view, async () => {
        const removed = told(request, recordings.get(id));
        recordings.remove(id, request.principal);
        return { status: 200, value: removed };
      });
    },
  );

  recordingFile(app, view);
}

/** Those that are asked for, from where the page before has ended. */
function pageOf(
  all: readonly ToldRecording[],
  { thing, run, name, state, cursor }: Static<typeof recordingsQuery>,
): readonly ToldRecording[] {
  const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== undefined && from === 0)
    throw new NotFoundError(`there is no recording ${cursor} to go on from: begin with the first page again`);
  return all
    .slice(from)
    .filter((one) => thing === undefined || one.things.includes(thing))
    .filter((one) => run === undefined || one.run === run)
    .filter((one) => name === undefined || one.name === name)
    .filter((one) => state === undefined || (one.end?.how ?? "recording") === state);
}
