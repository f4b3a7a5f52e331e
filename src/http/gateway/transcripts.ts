import { NotFoundError } from "../../errors.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { json } from "../answer.ts";
import { invocationParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** `/gateway/transcripts/{id}`: what went over the wires while an invocation ran. */
export function transcripts(app: App, { gateway }: View): void {
  app.get(
    "/gateway/transcripts/:id",
    {
      config: { scope: "read", over: "invocation" },
      schema: { summary: "What went over the wires while an invocation ran", params: invocationParams },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { sight } = request;
      const found = sight.all || (await seenInvocations(gateway, sight).find(id, "history"));
      if (!found) throw new NotFoundError(`there is no invocation ${id}`);
      const transcript = await gateway.transcript(id);
      const things = Object.entries(transcript.things).filter(([name]) => sight.sees(name));
      return json(reply, 200, { ...transcript, things: Object.fromEntries(things) });
    },
  );
}
