import type { FastifyReply, FastifyRequest } from "fastify";
import { StoppedError } from "../../errors.ts";
import { json } from "../answer.ts";
import type { App, View } from "../view.ts";
import { html } from "./html.ts";

const path = "/emergency_stop/clear";

/** Asked twice: by opening it, and by the button in it. `at` is when that was pressed which somebody sees. */
export const clearForm = (at: number) => html`<details><summary>Clear the emergency stop…</summary>
<form method="post" action="${path}?pressed=${new Date(at).toISOString()}">
<p class="reason">Only when it is known why it was pressed, and nobody has his hands in anything. Nothing starts by itself.</p>
<button>Yes, clear it</button>
</form></details>`;

/** `/emergency_stop/clear`: as DELETE of `/emergency_stop`, for a form, which knows POST only and has no key. */
export function clearStop(app: App, { gateway: { emergencyStop } }: View): void {
  const clear = async (request: FastifyRequest, reply: FastifyReply) => {
    const { pressed } = request.query as { readonly pressed?: unknown };
    const { latch } = emergencyStop;
    if (latch && pressed !== undefined && pressed !== new Date(latch.at).toISOString())
      throw new StoppedError("the emergency stop has been pressed again since: look at the bench before you clear it");
    await emergencyStop.clear(request.principal);
    if (request.headers.accept?.startsWith("text/html")) return reply.redirect("/", 303);
    return json(reply, 200, { stopped: false, at: null, by: null });
  };
  app.post(
    path,
    {
      config: { scope: "admin", over: "bench" },
      schema: { summary: "Clear the emergency stop, by a form" },
      // A form has no body that anybody reads.
      onRequest: clear,
    },
    // Never reached: the hook has answered.
    clear,
  );
}
