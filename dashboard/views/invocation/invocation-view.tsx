import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import type { InvocationState } from "../../bench/invocation-state.ts";
import type { ActionAffordance } from "../../bench/shapes.ts";
import { useDescription } from "../../parts/description.ts";
import { Duration } from "../../parts/duration.tsx";
import { Log } from "../../parts/invocation/log.tsx";
import { Output } from "../../parts/invocation/outcome.tsx";
import { Steps } from "../../parts/invocation/steps.tsx";
import type { WholeInvocation } from "../../parts/invocation/told.ts";
import { Whole } from "../../parts/invocation/whole.ts";
import { InvocationHead, InvocationNow } from "../../parts/invocation-card.tsx";
import { Prompts } from "../../parts/prompts.tsx";
import { Time } from "../../parts/time.tsx";
import { Value } from "../../parts/value.tsx";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

/** An invocation, also one that has ended long ago. */
export function InvocationView({ rest: [id = ""] }: { readonly rest: readonly string[] }): JSX.Element {
  return <Looked key={id} id={id} />;
}

function Looked({ id }: { readonly id: string }): JSX.Element {
  const bench = useBench();
  const whole = useMemo(() => new Whole(bench, id), [bench, id]);
  useEffect(() => whole.watch(), [whole]);
  const one = whole.state.value;
  const failed = whole.failed.value;
  // A run has no action that says what it takes.
  const { description } = useDescription(bench, one && one.thing !== "gateway" ? one.thing : "");
  if (!one) return <p role="status">{failed === "" ? "Loading…" : `It could not be read: ${failed}`}</p>;
  const read = whole.read.value;
  return (
    <div class="stack">
      <header class="stack tight">
        <h1>
          <a href={placeOf("things", one.thing)}>{bench.things.value.get(one.thing)?.title.value ?? one.thing}</a>:{" "}
          {one.action}
        </h1>
        <InvocationHead one={one} named={false} waiting={read} />
        <InvocationNow one={one} />
      </header>
      {failed !== "" && <p class="notice warn">Not all of it could be read: {failed}</p>}
      <Prompts of={({ invocation }) => invocation.id === id} />
      {read && <Facts one={one} read={read} action={description?.actions?.[one.action]} />}
      {one.steps.value.length > 0 && (
        <section class="card stack tight">
          <h2>Steps</h2>
          <Steps one={one} />
        </section>
      )}
      <section class="card stack tight">
        <h2>Log</h2>
        <Log one={one} />
      </section>
    </div>
  );
}

interface FactsProps {
  readonly one: InvocationState;
  readonly read: WholeInvocation;
  readonly action: ActionAffordance | undefined;
}

function Facts({ one, read, action }: FactsProps): JSX.Element {
  const { requestedBy } = one.told.value;
  const { timeRequested, timeStarted, timeCompleted, input, output } = read;
  const again = `${placeOf("things", one.thing)}?${new URLSearchParams({ action: one.action, as: one.id })}`;
  return (
    <section class="card stack tight">
      <h2>Input and output</h2>
      <dl class="facts">
        <dt>Input</dt>
        <dd class="row">
          {isEmpty(input) ? <span class="soft">none</span> : <Value value={input} schema={action?.input} />}
          {one.thing !== "gateway" && <a href={again}>Repeat with the same input…</a>}
        </dd>
        {one.told.value.status === "completed" && (
          <>
            <dt>Output</dt>
            <dd>
              {output === null ? <span class="soft">none</span> : <Output value={output} schema={action?.output} />}
            </dd>
          </>
        )}
        <dt>Requested</dt>
        <dd>
          <Time at={timeRequested} />
          {requestedBy !== null && ` by ${shortened(requestedBy, 200)}`}
        </dd>
        <dt>Began</dt>
        <dd>{timeStarted === null ? <span class="soft">not yet</span> : <Time at={timeStarted} />}</dd>
        {timeCompleted !== null && (
          <>
            <dt>Ended</dt>
            <dd>
              <Time at={timeCompleted} />
              {timeStarted !== null && (
                <span class="soft">
                  {" "}
                  after <Duration ms={Date.parse(timeCompleted) - Date.parse(timeStarted)} />
                </span>
              )}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

const isEmpty = (input: unknown) =>
  input === null || (typeof input === "object" && input !== null && Object.keys(input).length === 0);
