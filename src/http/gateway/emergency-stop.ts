import { type Clock, realClock } from "../../clock.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { reasonQuery } from "../query.ts";
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
  const shown = () => {
    const { latch } = emergencyStop;
    return { stopped: latch !== undefined, at: latch ? new Date(latch.at).toISOString() : null, by: latch?.by ?? null };
  };

  // Under both spellings: plain curl follows no redirection, and nobody should learn that now.
  for (const url of ["/emergency_stop", "/emergency_stop/"]) {
    app.get(
      url,
      { config: { scope: "read" }, schema: { summary: "Whether the emergency stop is latched" } },
      async (_, reply) => json(reply, 200, shown()),
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
          // The button on the front page, which is shown again then.
          if (request.headers.accept?.startsWith("text/html")) return reply.redirect("/", 303);
          const { things = null, persisted = null } = report ?? {};
          if (!request.principal.maySomewhere("read")) {
            const confirmed = things && Object.values(things).every((one) => one.confirmed);
            return json(reply, report ? 200 : 202, { stopped: true, confirmed });
          }
          return json(reply, report ? 200 : 202, { ...shown(), things, persisted });
        },
      },
      // Never reached: the hook has answered.
      async (_, reply) => json(reply, 200, shown()),
    );

    app.delete(
      url,
      {
        config: { scope: "admin" },
        schema: { summary: "Clear the emergency stop; starts nothing", querystring: reasonQuery },
      },
      async (request, reply) => {
        // A late repetition must not clear what was pressed since.
        return answerOnce(request, reply, view, async () => {
          await emergencyStop.clear(request.principal, reasonIn(request.query));
          return { status: 200, value: shown() };
        });
      },
    );
  }
}

/** What comes of `work`, or undefined when that takes longer. */
function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => resolve(undefined));
    void work.then(resolve, reject).finally(() => timer.cancel());
  });
}
