import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { may } from "../bench/may.ts";
import { pathOf } from "../bench/paths.ts";
import { AskedNote } from "../parts/asked-note.tsx";
import { Twice } from "../parts/twice.tsx";
import { useAsk } from "../parts/use-ask.ts";
import { shortened } from "../parts/value-text.ts";

/** What each state that is out of order means, and what comes next by itself. */
const meanings: Readonly<Record<string, string>> = {
  quarantined: "Work on it was cut off, and may still be going on in the device. It takes nothing but stops.",
  faulted: "It takes nothing until somebody has looked at it: it is not opened again by itself.",
  disconnected: "It is looked for, and opened again when it is found.",
  closed: "It is closed.",
};

/** Why a Thing that is out of order is so, and its reset; nothing for one that is in order. */
export function ThingQuarantine({ thing: name }: { readonly thing: string }): JSX.Element | null {
  const { about, things } = useBench();
  const ask = useAsk();
  const thing = things.value.get(name);
  const state = thing?.state.value ?? "";
  const { now } = ask;
  if (!thing || !Object.hasOwn(meanings, state)) return null;
  const open = () => void ask.send("DELETE", pathOf(about.peek(), name, "quarantine"), { busy: "Opening it again…" });
  return (
    <section class="notice bad stack tight" aria-label="Out of order">
      <p>
        <strong>It is {state}</strong>
        {thing.reason.value && `: ${shortened(thing.reason.value, 1000)}`}
      </p>
      <p class="small">{meanings[state]}</p>
      {may(about.value, "operate", name) && (
        <Twice
          title="Open it again…"
          question="It is closed, told to stop, its outputs are made safe, and it is opened as at the start. Has somebody looked at the device?"
          yes="Yes, open it again"
          busy={now.value.state === "busy"}
          onYes={open}
        />
      )}
      <AskedNote asked={now.value} />
    </section>
  );
}
