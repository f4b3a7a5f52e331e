import { json } from "../answer.ts";
import { invocationParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** `/gateway/transcripts/{id}`: what went over the wires while an invocation ran. */
export function transcripts(app: App, { gateway }: View): void {
  app.get(
    "/gateway/transcripts/:id",
    {
      config: { scope: "read" },
      schema: { summary: "What went over the wires while an invocation ran", params: invocationParams },
    },
    async (request, reply) => json(reply, 200, await gateway.transcript(request.params.id)),
  );
}
