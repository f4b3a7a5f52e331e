import type { JSX } from "preact";
import { Fact } from "../../parts/fact.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { placeOf } from "../../route.ts";
import { stepItem, stepKey } from "../../timeline/lane.ts";
import { lasted, nameOf, spent } from "../../timeline/words.ts";
import { select, toggle } from "./hands.ts";
import type { Looking } from "./looking.ts";

const kinds = [
  ["wire", "Waited for the wire"],
  ["prompt", "Waited for a person"],
  ["cancel", "Was being cancelled"],
] as const;
const maxSteps = 50;

/** The words of the bar that is looked at. */
export function Details({ looking }: { readonly looking: Looking }): JSX.Element {
  looking.source.version.value;
  const chosen = looking.selected.value;
  if (!chosen) return <p class="soft tl-details">Choose a bar to read what it was.</p>;
  const { thing, action, bar, step, requestedAt, startedAt, endedAt, status } = looking.source.model.item(chosen);
  const now = looking.edge();
  const waited = lasted(requestedAt, startedAt ?? endedAt, now);
  const opened = looking.open.value.has(bar.id);
  return (
    <section class="card tl-details" aria-label="What is chosen">
      <h2>
        {nameOf(thing, action)} <StateMark state={status} />
      </h2>
      {bar.outcome === "unknown" && <p>Nobody knows what the device has done: look at it before you go on.</p>}
      <dl class="facts">
        {step && (
          <Fact name="Step of">
            <button
              type="button"
              class="quiet"
              onClick={() => select(looking, looking.source.model.itemAt(bar.id) ?? chosen)}
            >
              {nameOf(bar.thing, bar.action)}
            </button>
          </Fact>
        )}
        <Fact name="Asked for">
          <Time at={requestedAt} /> {bar.requestedBy !== null && `by ${bar.requestedBy}`}
        </Fact>
        {waited >= 1 && <Fact name="Waited for its turn">{durationText(waited)}</Fact>}
        {startedAt !== null && (
          <Fact name={endedAt === null ? "Runs for" : "Ran for"}>{durationText(lasted(startedAt, endedAt, now))}</Fact>
        )}
        {!step &&
          kinds.map(([kind, name]) => {
            const { ms, times } = spent(bar, kind, now);
            if (times === 0) return null;
            return (
              <Fact key={kind} name={name}>
                {durationText(ms)}
                {times > 1 && `, ${times} times`}
              </Fact>
            );
          })}
        {!step && bar.progress !== null && endedAt === null && (
          <Fact name="Progress">{Math.round(bar.progress)} %</Fact>
        )}
        {endedAt !== null && (
          <Fact name="Ended">
            <Time at={endedAt} />
          </Fact>
        )}
        {!step && bar.reason !== null && <Fact name="Why">{bar.reason}</Fact>}
      </dl>
      <p class="row">
        <a href={bar.thing === "gateway" ? placeOf("runs", bar.id) : placeOf("invocations", bar.id)}>
          {bar.thing === "gateway" ? "The run" : "All of it"}
        </a>
        {bar.steps.length > 0 && (
          <button type="button" aria-expanded={opened} onClick={() => toggle(looking)}>
            {opened ? "Hide its steps" : `Its ${bar.steps.length} steps`}
          </button>
        )}
      </p>
      {opened && (
        <ol class="tl-steps">
          {bar.steps.slice(-maxSteps).map((one) => (
            <li key={stepKey(bar.id, one.n)}>
              <button type="button" class="quiet" onClick={() => select(looking, stepItem(bar, one))}>
                {nameOf(one.thing, one.action)}
              </button>{" "}
              <StateMark state={one.status} />{" "}
              {one.startedAt !== null && durationText(lasted(one.startedAt, one.endedAt, now))}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
