import { seesPrompt } from "../access/seen-prompt.ts";
import { json, originOf } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { promptParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { acceptForms, FormAnswer } from "./answer-form.ts";
import { promptJson } from "./prompt-json.ts";

/** `/gateway/prompts`: what actions ask whoever stands at the bench. */
export async function prompts(app: App, view: View): Promise<void> {
  const { prompts } = view.gateway.experiments;
  const { prefix } = view;
  const params = promptParams;

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

  await app.register(async (scope: App) => {
    acceptForms(scope);
    scope.post(
      "/gateway/prompts/:prompt/answer",
      { config: { scope: "operate", over: "prompt" }, schema: { summary: "Answer what is asked, once", params } },
      async (request, reply) => {
        const { prompt: id } = request.params;
        const { body, principal, sight } = request;
        const base = { origin: originOf(request), prefix };
        // The page is shown again then.
        if (body instanceof FormAnswer) {
          prompts.answer(id, body.value, principal);
          return reply.redirect("/", 303);
        }
        return answerOnce(request, reply, view, async () => {
          const answered = prompts.answer(id, body, principal);
          return { status: 200, value: promptJson(answered, sight, base) };
        });
      },
    );
  });
}
