import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { pathOf } from "../bench/paths.ts";
import type { Lease } from "../bench/shapes.ts";
import { AskedNote } from "../parts/asked-note.tsx";
import { useAsk } from "../parts/use-ask.ts";

/** As the gateway bounds them. */
const [usualMinutes, maxMinutes, maxNote] = [30, 1440, 500];

/** Have a Thing for oneself. */
export function TakeLease({ thing }: { readonly thing: string }): JSX.Element {
  const bench = useBench();
  const ask = useAsk();
  const id = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const note = String(fields.get("note") ?? "");
    const answer = await ask.send("POST", pathOf(bench.about.peek(), thing, "lease"), {
      body: { seconds: secondsIn(fields), note },
    });
    if (answer) bench.ownLeases.add(answer.body as Lease);
  };
  return (
    <form class="stack tight" onSubmit={(event) => void submit(event)}>
      <div class="row">
        <Minutes />
        <div class="field grow">
          <label for={id}>What for</label>
          <input id={id} name="note" maxLength={maxNote} placeholder="Others can read it" />
        </div>
        <button type="submit" class="foot">
          Have it for yourself
        </button>
      </div>
      <AskedNote asked={ask.now.value} />
    </form>
  );
}

/** For so long. */
export function Minutes(): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>Minutes</label>
      <input
        id={id}
        name="minutes"
        type="number"
        min={1}
        max={maxMinutes}
        step={1}
        defaultValue={`${usualMinutes}`}
        required
      />
    </div>
  );
}

export const secondsIn = (fields: FormData): number => 60 * Number(fields.get("minutes"));
