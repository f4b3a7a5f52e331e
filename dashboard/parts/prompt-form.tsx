import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Bench } from "../bench/bench.ts";
import { useBench } from "../bench/context.ts";
import type { Prompt, Schema } from "../bench/shapes.ts";
import { placeOf } from "../route.ts";
import { Ask } from "./ask.ts";
import { AskedNote } from "./asked-note.tsx";
import { placeOfInvocation } from "./invocation/place.ts";
import { leftMs } from "./prompt-time.ts";
import { FormState } from "./schema-form/form-state.ts";
import { SchemaForm } from "./schema-form/schema-form.tsx";
import { second } from "./tick.ts";
import { secondsText } from "./time-text.ts";
import { shortened, valueText } from "./value-text.ts";

const done: Schema = { type: "null" };

/** A question, who asks it, how long there is for it, and what answers it. */
export function PromptForm({ prompt }: { readonly prompt: Prompt }): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const form = useMemo(() => new FormState(prompt.schema ?? done), [prompt.id]);
  const answer = async (value: unknown) => {
    const path = `/gateway/prompts/${encodeURIComponent(prompt.id)}/answer`;
    if (await ask.send("POST", path, { body: value, busy: "Answering…" })) bench.prompts.value = without(bench, prompt);
    else form.refuse(ask.now.peek().fields);
  };
  const { thing, action, invocation } = prompt;
  return (
    <section class="card prompt stack tight" aria-label={`Question of ${thing}`}>
      <div class="row apart">
        <p class="small">
          {thing === "gateway" ? (
            "A run"
          ) : (
            <a href={placeOf("things", thing)}>{bench.things.value.get(thing)?.title.value ?? thing}</a>
          )}{" "}
          asks, in <a href={placeOfInvocation(invocation)}>{shortened(prompt.title ?? action, 200)}</a>
        </p>
        <Left prompt={prompt} />
      </div>
      <p class="question">{shortened(prompt.message, 2000)}</p>
      {prompt.schema === null ? (
        <div class="row">
          <button
            type="button"
            class="primary"
            aria-disabled={ask.now.value.state === "busy"}
            onClick={() => void answer(null)}
          >
            Done
          </button>
          <AskedNote asked={ask.now.value} />
        </div>
      ) : (
        <SchemaForm
          form={form}
          name="Answer"
          submit="Answer"
          asked={ask.now.value}
          onSubmit={(it) => void answer(it)}
        />
      )}
    </section>
  );
}

const without = ({ prompts }: Bench, { id }: Prompt) => prompts.peek().filter((one) => one.id !== id);

/** How long somebody may take, and what happens then. */
function Left({ prompt }: { readonly prompt: Prompt }): JSX.Element | null {
  const { about } = useBench();
  const left = leftMs(prompt, second.value, about.value?.timeScale ?? 1);
  if (left === undefined) return null;
  const { onTimeout } = prompt;
  const then = typeof onTimeout === "object" && onTimeout !== null && "answer" in onTimeout;
  return (
    <p
      class="soft small"
      title={then ? `then it goes on with: ${valueText(onTimeout.answer)}` : "then the action fails"}
    >
      {left > 0 ? `${secondsText(left)} left` : "the time is over"}
      {then && `, then: ${valueText(onTimeout.answer, prompt.schema ?? {})}`}
    </p>
  );
}
