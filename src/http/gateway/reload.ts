import { closed, validator } from "../../schema.ts";
import { Type } from "../../typebox.ts";
import { answerOnce } from "../idempotency.ts";
import type { App, View } from "../view.ts";

/** Longer than any client waits for an answer. */
const maxWaitSeconds = 600;

export const ReloadWish = Type.Object({
  busy: Type.Optional(
    Type.Enum(["refuse", "wait", "stop"], {
      description: "What to do where something is done with a Thing that would be closed; it is refused unless told",
    }),
  ),
  waitSeconds: Type.Optional(
    Type.Number({ minimum: 0, maximum: maxWaitSeconds, description: "With wait: at most so long; 60 unless told" }),
  ),
});
const wished = validator(closed(ReloadWish));

/** `/gateway/reload`: take up what the configuration says now. */
export function reload(app: App, view: View): void {
  app.post(
    "/gateway/reload",
    {
      config: { scope: "admin", over: "bench" },
      schema: { summary: "Read the configuration again; only Things that are others in it are closed and opened" },
    },
    async (request, reply) => {
      const { busy = "refuse", waitSeconds } = wished.parse(request.body ?? {}, "the reload");
      const waitMs = waitSeconds === undefined ? {} : { waitMs: waitSeconds * 1000 };
      return answerOnce(request, reply, view, async () => {
        const value = await view.gateway.reloads.reload({ by: request.principal, busy, ...waitMs });
        return { status: 200, value };
      });
    },
  );
}
