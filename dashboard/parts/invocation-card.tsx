import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import type { InvocationState } from "../bench/invocation-state.ts";
import type { Schema } from "../bench/shapes.ts";
import { CancelButton } from "./invocation/cancel-button.tsx";
import { Log } from "./invocation/log.tsx";
import { Failure, Output } from "./invocation/outcome.tsx";
import { placeOfInvocation } from "./invocation/place.ts";
import { Deliveries, Steps } from "./invocation/steps.tsx";
import { Whole } from "./invocation/whole.ts";
import { statusWords, type Waiting } from "./invocation/words.ts";
import { Progress } from "./progress.tsx";
import { StateMark } from "./state-mark.tsx";
import { Time } from "./time.tsx";

interface Props {
  readonly one: InvocationState;
  /** Without its Thing, on a page of that. */
  readonly ofThing?: boolean;
  /** What its output looks like. */
  readonly output?: Schema | undefined;
}

/** An invocation that is looked at: how it goes, what it says, what has come of it. */
export function InvocationCard({ one, ofThing = false, output }: Props): JSX.Element {
  const bench = useBench();
  const whole = useMemo(() => new Whole(bench, one.id), [bench, one.id]);
  useEffect(() => whole.watch(), [whole]);
  const read = whole.read.value;
  return (
    <article class="card invocation stack tight">
      <InvocationHead one={one} ofThing={ofThing} waiting={read} />
      <InvocationNow one={one} />
      {one.steps.value.length > 0 && <Steps one={one} />}
      {one.told.value.status === "completed" && read && read.output !== null && (
        <Output value={read.output} schema={output} />
      )}
      {one.log.value.length > 0 && (
        <details>
          <summary class="small">Log ({one.log.value.length})</summary>
          <Log one={one} />
        </details>
      )}
    </article>
  );
}

interface HeadProps {
  readonly one: InvocationState;
  readonly ofThing?: boolean;
  /** What it is stands there; else above it already. */
  readonly named?: boolean;
  readonly waiting?: Waiting | undefined;
}

/** What it is, and how it stands, with the button that ends it: the first line of whatever tells of an invocation. */
export function InvocationHead({ one, ofThing = false, named = true, waiting }: HeadProps): JSX.Element {
  const told = one.told.value;
  const words = statusWords(told, waiting);
  return (
    <div class="action-line">
      <div class="row">
        {named && <a href={placeOfInvocation(one)}>{ofThing ? one.action : `${one.thing} ${one.action}`}</a>}
        <StateMark state={told.status} />
        {words !== "" && <span class="soft small">{words}</span>}
      </div>
      <div class="row">
        {one.ended && (
          <span class="soft small">
            <Time at={one.since.value} />
          </span>
        )}
        <CancelButton one={one} />
      </div>
    </div>
  );
}

/** How far it is, what has come out of it, and why it has failed. */
export function InvocationNow({ one }: { readonly one: InvocationState }): JSX.Element {
  const { status } = one.told.value;
  return (
    <>
      {status === "running" && (
        <Progress
          progress={one.progress.value}
          since={one.since.value}
          label={`${one.thing} ${one.action}`}
          even={one.thing !== "gateway"}
        />
      )}
      <Deliveries one={one} />
      <Failure one={one} />
    </>
  );
}
