import type { JSX } from "preact";
import type { InvocationState } from "../../bench/invocation-state.ts";
import type { Schema } from "../../bench/shapes.ts";
import { Blob } from "../blob.tsx";
import { timesInZone } from "../time-text.ts";
import { Value } from "../value.tsx";
import { shortened } from "../value-text.ts";
import { blobsIn } from "./blobs.ts";
import { outcomeWords } from "./words.ts";

/** Why it has failed, and what nobody knows of it. */
export function Failure({ one }: { readonly one: InvocationState }): JSX.Element | null {
  const { status, outcome, error } = one.told.value;
  const unknown = outcomeWords(outcome);
  const failed = status === "error" && error !== null;
  if (!failed && unknown === "") return null;
  return (
    <div class={`notice ${failed ? "bad" : "warn"}`}>
      {failed && (
        <p>
          {shortened(timesInZone(error.message, Date.now()), 2000)}{" "}
          {error.code !== null && <code title="explained in docs/errors.md">{error.code}</code>}
        </p>
      )}
      {unknown !== "" && (
        <p>
          <b>{unknown}</b>
        </p>
      )}
    </div>
  );
}

/** What an action has returned: values with units, and what they lead to. */
export function Output({
  value,
  schema,
}: {
  readonly value: unknown;
  readonly schema?: Schema | undefined;
}): JSX.Element {
  const blobs = blobsIn(value);
  // All of it is what it leads to.
  const only = blobs.length === 1 && blobs[0]?.name === "";
  return (
    <>
      {!only && <Value value={value} schema={schema} />}
      {blobs.map((link) => (
        <Blob key={link.path} link={link} />
      ))}
    </>
  );
}
