import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { may } from "../../bench/may.ts";
import { AskedNote } from "../../parts/asked-note.tsx";
import { Time } from "../../parts/time.tsx";
import { Twice } from "../../parts/twice.tsx";
import { useAsk } from "../../parts/use-ask.ts";
import { shortened, valueText } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import type { InterlockTold, OutputTold } from "./shapes.ts";
import { useTold } from "./use-told.ts";

const words = { met: "in order", violated: "not in order", unknown: "nobody knows" } as const;
const looks = { met: "good", violated: "bad", unknown: "bad" } as const;

/** Each interlock: what it watches, what it guards, and its reset. */
export function Interlocks(): JSX.Element {
  const [told, read] = useTold<Readonly<Record<string, InterlockTold>>>("/gateway/interlocks", "interlock");
  const { value, failed } = told.value;
  const all = Object.entries(value ?? {});
  return (
    <section class="stack tight">
      <h2>Interlocks</h2>
      {failed && <p class="problem">{failed}</p>}
      {value !== undefined && all.length === 0 && <p class="soft">There is none, or none that you may see.</p>}
      <ul class="cards wide">
        {all.map(([name, one]) => (
          <InterlockCard key={name} {...{ name, one }} onReset={read} />
        ))}
      </ul>
    </section>
  );
}

interface Props {
  readonly name: string;
  readonly one: InterlockTold;
  readonly onReset: () => void;
}

function InterlockCard({ name, one, onReset }: Props): JSX.Element {
  const { about } = useBench();
  const ask = useAsk();
  const { tripped, at, reason, condition, conditionReason, outputs } = one;
  const guarded = Object.keys(outputs).map((output) => output.split(".")[0] ?? "");
  const reset = async () => {
    await ask.send("POST", `/gateway/interlocks/${encodeURIComponent(name)}/reset`, { busy: "Reading anew…" });
    onReset();
  };
  return (
    <li class={`card stack tight ${tripped ? "out" : ""}`}>
      <div class="row apart">
        <h3>{name}</h3>
        <span class={`badge ${tripped ? "bad" : "good"}`}>{tripped ? "tripped" : "lets work in"}</span>
      </div>
      <Watched one={one} />
      <p>
        Now: <span class={`badge ${looks[condition]}`}>{words[condition]}</span>{" "}
        <span class="soft">{shortened(conditionReason ?? "", 300)}</span>
      </p>
      {tripped && (
        <p class="problem">
          Tripped{at && <> at {<Time at={at} />}</>}: {shortened(reason ?? "nobody knows why", 500)}
        </p>
      )}
      <ul>
        {Object.entries(outputs).map(([output, state]) => (
          <Output key={output} {...{ output, state, tripped }} />
        ))}
      </ul>
      {tripped && guarded.every((thing) => may(about.value, "operate", thing)) && (
        <Twice
          title="Reset…"
          question="What it watches is read anew. When that is in order, work is let in again; nothing starts by itself. Has somebody looked?"
          yes="Yes, reset it"
          busy={ask.now.value.state === "busy"}
          onYes={() => void reset()}
        />
      )}
      <AskedNote asked={ask.now.value} />
    </li>
  );
}

function Watched({ one: { thing, property, equals, value, on } }: { readonly one: InterlockTold }): JSX.Element {
  return (
    <p class="soft">
      {property === null ? (
        `Watches ${thing}`
      ) : (
        <>
          In order while{" "}
          <a href={placeOf("things", thing)}>
            {thing}.{property}
          </a>{" "}
          is {valueText(equals)}; it is {value === undefined ? "not known" : valueText(value)}
        </>
      )}
      . {on === "block" ? "Keeps work from beginning." : "Ends the work that goes on, and keeps other from beginning."}
    </p>
  );
}

/** Of a pin it is on or off, rather than yes or no. */
const level = (value: unknown) => (typeof value === "boolean" ? (value ? "on" : "off") : valueText(value));

interface OutputProps {
  readonly output: string;
  readonly state: OutputTold;
  readonly tripped: boolean;
}

function Output({ output, state: { value, confirmed, error }, tripped }: OutputProps): JSX.Element {
  return (
    <li>
      {output} {tripped ? "goes to" : "would go to"} {level(value)}
      {tripped && confirmed === true && ": confirmed"}
      {tripped && confirmed === false && (
        <strong class="problem">: NOT confirmed{error ? `, ${shortened(error, 300)}` : ""}</strong>
      )}
    </li>
  );
}
