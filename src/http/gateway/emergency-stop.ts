import type { FastifyRequest } from "fastify";
import { type Clock, realClock } from "../../clock.ts";
import { StoppedError } from "../../errors.ts";
import type { EmergencyReport } from "../../gateway/emergency-stop.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { tellStopped } from "../page/stopped.ts";
import { clearQuery } from "../query.ts";
import { reasonIn } from "../reason.ts";
import type { App, View } from "../view.ts";

/** What is known after this time is told; the stop itself does not wait for anything. */
const answerWithinMs = 2000;

interface Options {
  readonly clock?: Clock;
  /** It may be pressed, not cleared, by whoever can reach the gateway. */
  readonly anybody?: boolean;
}

/** `/emergency_stop`: a software stop of everything, latched until it is cleared. */
export function emergencyStop(app: App, view: View, { clock = realClock, anybody = false }: Options = {}): void {
  const { gateway } = view;
  const { emergencyStop } = gateway;
  const shown = ({ sight }: Pick<FastifyRequest, "sight">) => {
    const { at, by = null } = emergencyStop.latch ?? {};
    // A Thing may have pressed it.
    return { stopped: at !== undefined, at: at === undefined ? null : new Date(at).toISOString(), by: sight.text(by) };
  };

  // Under both spellings: plain curl follows no redirection, and nobody should learn that now.
  for (const url of ["/emergency_stop", "/emergency_stop/"]) {
    app.get(
      url,
      { config: { scope: "read", over: "visible" }, schema: { summary: "Whether the emergency stop is latched" } },
      async (request, reply) => json(reply, 200, shown(request)),
    );

    app.post(
      url,
      {
        // The weakest scope there is: whoever can see the bench may stop it.
        config: { scope: "read", over: "visible", withoutToken: anybody },
        schema: { summary: "Stop everything now" },
        // Before the body, which nobody needs, has been read or found to be anything.
        onRequest: async (request, reply) => {
          const report = await within(
            clock,
            answerWithinMs,
            emergencyStop.trip(request.principal, reasonIn(request.query)),
          );
          const { persisted = null } = report ?? {};
          const confirmed = report ? Object.values(report.things).every((one) => one.confirmed) : null;
          // The form of the page, in a browser that runs no script.
          if (request.headers.accept?.startsWith("text/html")) return tellStopped(reply, confirmed);
          if (!request.principal.maySomewhere("read"))
            return json(reply, report ? 200 : 202, { stopped: true, confirmed });
          const things = report ? seenReports(report.things, request.sight) : null;
          return json(reply, report ? 200 : 202, { ...shown(request), things, persisted });
        },
      },
      // Never reached: the hook has answered.
      async (request, reply) => json(reply, 200, shown(request)),
    );

    app.delete(
      url,
      {
        config: { scope: "admin", over: "bench" },
        schema: { summary: "Clear the emergency stop; starts nothing", querystring: clearQuery },
      },
      async (request, reply) => {
        const { pressed } = request.query;
        // A late repetition must not clear what was pressed since.
        return answerOnce(request, reply, view, async () => {
          const { latch } = emergencyStop;
          if (latch && pressed !== undefined && Date.parse(pressed) !== latch.at) throw new StoppedError(pressedSince);
          await emergencyStop.clear(request.principal, reasonIn(request.query));
          return { status: 200, value: shown(request) };
        });
      },
    );
  }
}

const pressedSince = "the emergency stop has been pressed again since: look at the bench before you clear it";

/** Everything is stopped, and each is told of the Things that exist for him. */
function seenReports(things: EmergencyReport["things"], sight: Sight): EmergencyReport["things"] {
  if (sight.all) return things;
  const seen = Object.entries(things).filter(([name]) => sight.sees(name));
  return Object.fromEntries(
    seen.map(([name, { error, ...report }]) => [
      name,
      error === undefined ? report : { ...report, error: sight.text(error) },
    ]),
  );
}

/** What comes of `work`, or undefined when that takes longer. */
function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => resolve(undefined));
    void work.then(resolve, reject).finally(() => timer.cancel());
  });
}
