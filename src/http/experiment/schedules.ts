import { basename, isAbsolute } from "node:path";
import type { Schedule } from "../../experiment/schedule/schedule.ts";
import type { Job } from "../../experiment/schedule/schedule-config.ts";
import { seesSchedule } from "../access/seen-schedule.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { time } from "../invocation-json.ts";
import { scheduleParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** `/gateway/schedules`: what begins by itself. */
export function schedules(app: App, view: View): void {
  const { schedules } = view.gateway.experiments;
  const params = scheduleParams;

  app.get(
    "/gateway/schedules",
    { config: { scope: "read", over: "visible" }, schema: { summary: "What begins by itself, and when" } },
    async ({ sight }, reply) => {
      const seen = schedules.all.filter((one) => seesSchedule(sight, one));
      return json(reply, 200, Object.fromEntries(seen.map((one) => [one.name, shown(one, sight)])));
    },
  );

  for (const [what, summary] of [
    ["pause", "Let a schedule begin nothing more, until it is resumed"],
    ["resume", "Let a schedule go on from its next time"],
  ] as const)
    app.post(
      `/gateway/schedules/:schedule/${what}`,
      { config: { scope: "operate", over: "schedule" }, schema: { summary, params } },
      async (request, reply) => {
        const { schedule } = request.params;
        // A late repetition must not undo what somebody has done since.
        return answerOnce(request, reply, view, async () => {
          await schedules[what](schedule, request.principal);
          return { status: 200, value: shown(schedules.get(schedule), request.sight) };
        });
      },
    );
}

function shown({ config, things, pause, beat, started, skipped, running }: Schedule, sight: Sight) {
  const { title, times, job } = config;
  const nextMs = beat.nextInMs();
  const when = times.kind === "every" ? { everyMs: times.everyMs } : { cron: times.pattern, timeZone: times.timeZone };
  return {
    title: title ?? null,
    things: things ?? [],
    ...when,
    ...jobOf(job),
    paused: pause !== undefined,
    pausedBy: sight.text(pause?.by ?? null),
    pausedAt: time(pause?.at),
    nextInMs: nextMs ?? null,
    waitsFor: beat.waitsFor ?? null,
    running: running?.id ?? null,
    lastStarted: started ? { at: time(started.at), invocation: started.invocation?.id ?? null } : null,
    lastSkipped: skipped ? { at: time(skipped.at), reason: sight.text(skipped.reason ?? null) } : null,
  };
}

/** Of a file its name alone: where it lies is nobody's business. */
const jobOf = (job: Job) =>
  job.kind === "action"
    ? { invoke: `${job.thing}.${job.action}`, input: job.input ?? null }
    : { procedure: isAbsolute(job.procedure) ? basename(job.procedure) : job.procedure, parameters: job.parameters };
