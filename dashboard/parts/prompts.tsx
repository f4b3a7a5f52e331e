import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import type { Prompt } from "../bench/shapes.ts";
import { later } from "./later.tsx";
import { goneWords } from "./prompt-gone.ts";

/** Most of the time nobody is asked anything. */
const PromptForm = later(async () => (await import("./prompt-form.tsx")).PromptForm);

interface Props {
  /** Those of which it is true; all unless told. */
  readonly of?: (prompt: Prompt) => boolean;
}

/** What whoever stands at the bench is asked, each with a form; one that somebody else has answered says so before it goes. */
export function Prompts({ of = () => true }: Props): JSX.Element {
  const bench = useBench();
  const gone = useSignal("");
  const shown = useRef<ReadonlySet<string>>(new Set());
  useEffect(
    () =>
      bench.listen((event) => {
        if (event.kind !== "prompt" || event.state === "open" || !shown.current.has(event.prompt)) return;
        gone.value = goneWords(event);
      }),
    [bench],
  );
  const open = bench.prompts.value.filter(of);
  shown.current = new Set(open.map(({ id }) => id));
  return (
    <div class="prompts stack tight">
      {open.map((prompt) => (
        <PromptForm key={prompt.id} prompt={prompt} />
      ))}
      <p role="status" class="soft small">
        {gone}
      </p>
    </div>
  );
}
