import type { RunWish } from "../../experiment/runs/runs.ts";
import { RunOverError } from "../../experiment-errors.ts";
import { seenRun, seenRuns } from "../access/seen-run.ts";
import { json, originOf } from "../answer.ts";
import { askedBy } from "../asked.ts";
import { cancel } from "../cancel.ts";
import { answerOnce, keyOf, replayHeader } from "../idempotency.ts";
import type { Base } from "../invocation-json.ts";
import { linkedPage } from "../labthings/invocation-list.ts";
import { runParams, runsQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import { runJson, runUrl } from "./run-json.ts";
import { wantedRun } from "./run-wish.ts";

/** `/gateway/runs`: procedures that are gone through. */
export function runs(app: App, view: View): void {
  const { gateway, prefix } = view;
  const { procedures, runs } = gateway.experiments;
  const params = runParams;
  const baseOf = (request: Parameters<typeof originOf>[0]): Base => ({ origin: originOf(request), prefix });

  app.get(
    "/gateway/runs",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The runs, oldest first", querystring: runsQuery },
    },
    async (request, reply) => {
      const { cursor, since, ...query } = request.query;
      const filter = { ...query, before: cursor, since: since === undefined ? undefined : Date.parse(since) };
      const page = await linkedPage(request, reply, filter, (one) => seenRuns(gateway, request.sight, one));
      const base = baseOf(request);
      return json(
        reply,
        200,
        page.map((record) => runJson(record, gateway, request.sight, base)),
      );
    },
  );

  app.post(
    "/gateway/runs",
    {
      config: { scope: "operate", over: "visible" },
      schema: { summary: "Run a procedure, or foretell what it would come to" },
    },
    async (request, reply) => {
      const key = keyOf(request);
      const { dryRun, ...wish } = await wantedRun(request, procedures);
      const asked = askedBy(request, gateway);
      if (dryRun) {
        const { mistakes, ...foretold } = await gateway.dryRuns.forecast(wish.procedure, asked);
        const told = mistakes.map((one) => ({ ...one, message: request.sight.text(one.message) }));
        return json(reply, 200, { ...foretold, mistakes: told });
      }
      const expectedMs = gateway.dryRuns.expectedMs(wish.procedure);
      const begin = (startsAfter?: RunWish["startsAfter"]) =>
        runs.start({ ...wish, ...asked, expectedMs, startsAfter });
      const { invocation, replayed } = key
        ? await gateway.keys.invocation(key, begin)
        : { invocation: begin(), replayed: false };
      await gateway.acknowledged(invocation);
      if (replayed) reply.header(replayHeader, "true");
      const base = baseOf(request);
      reply.header("location", runUrl(base, invocation));
      return json(reply, 201, runJson(invocation, gateway, request.sight, base));
    },
  );

  app.get(
    "/gateway/runs/:run",
    { config: { scope: "read", over: "run" }, schema: { summary: "A run: where it is, or how it has ended", params } },
    async (request, reply) => {
      const record = await seenRun(gateway, request.sight, request.params.run);
      return json(reply, 200, runJson(record, gateway, request.sight, baseOf(request)));
    },
  );

  app.delete(
    "/gateway/runs/:run",
    { config: { scope: "operate", over: "run" }, schema: { summary: "Cancel a run", params } },
    async (request, reply) => {
      const { run: id } = request.params;
      await seenRun(gateway, request.sight, id);
      const asked = await cancel(gateway, id, request.principal);
      const record = await seenRun(gateway, request.sight, id);
      if (!asked) throw new RunOverError(`the run ${id} is ${record.status}: it can no more be cancelled`);
      return json(reply, 200, runJson(record, gateway, request.sight, baseOf(request)));
    },
  );

  for (const what of ["pause", "resume"] as const)
    app.post(
      `/gateway/runs/:run/${what}`,
      {
        config: { scope: "operate", over: "run" },
        schema: { summary: what === "pause" ? "Begin no further step of a run" : "Let a paused run go on", params },
      },
      async (request, reply) => {
        const { run: id } = request.params;
        const { status } = await seenRun(gateway, request.sight, id);
        return answerOnce(request, reply, view, async () => {
          if (!runs.find(id)) throw new RunOverError(`the run ${id} is ${status}: it can no more be ${what}d`);
          runs[what](id, request.principal);
          const record = await seenRun(gateway, request.sight, id);
          return { status: 200, value: runJson(record, gateway, request.sight, baseOf(request)) };
        });
      },
    );
}
