import type { Principal } from "../../access/principal.ts";
import { seesPrompt } from "../access/seen-prompt.ts";
import { json, originOf } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { promptParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { promptJson } from "./prompt-json.ts";
import { refusedAnswer } from "./refused-answer.ts";

/** `/gateway/prompts`: what actions ask whoever stands at the bench. */
export function prompts(app: App, view: View): void {
  const { prompts } = view.gateway.experiments;
  const { prefix } = view;
  const params = promptParams;
  const answer = (id: string, given: unknown, by: Principal) => {
    try {
      return prompts.answer(id, given, by);
    } catch (error) {
      throw refusedAnswer(error, given, prompts.get(id));
    }
  };

  app.get(
    "/gateway/prompts",
    { config: { scope: "read", over: "visible" }, schema: { summary: "What somebody at the bench is asked now" } },
    async (request, reply) => {
      const { sight } = request;
      const seen = prompts.all.filter((one) => seesPrompt(sight, one));
      const base = { origin: originOf(request), prefix };
      return json(
        reply,
        200,
        seen.map((one) => promptJson(one, sight, base)),
      );
    },
  );

  app.get(
    "/gateway/prompts/:prompt",
    {
      config: { scope: "read", over: "prompt" },
      schema: { summary: "A question, and for a while how it has ended", params },
    },
    async (request, reply) => {
      const base = { origin: originOf(request), prefix };
      return json(reply, 200, promptJson(prompts.get(request.params.prompt), request.sight, base));
    },
  );

  app.post(
    "/gateway/prompts/:prompt/answer",
    { config: { scope: "operate", over: "prompt" }, schema: { summary: "Answer what is asked, once", params } },
    async (request, reply) => {
      const { body, principal, sight } = request;
      const base = { origin: originOf(request), prefix };
      return answerOnce(request, reply, view, async () => {
        const answered = answer(request.params.prompt, body, principal);
        return { status: 200, value: promptJson(answered, sight, base) };
      });
    },
  );
}
