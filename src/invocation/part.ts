import { ambient, assertUnfenced, currentSignal } from "../context.ts";
import { DefinitionError } from "../errors.ts";
import type { Cause } from "./cause.ts";
import { execute } from "./execution.ts";
import { Frame } from "./frame.ts";
import { climb } from "./ladder.ts";
import { release } from "./live.ts";

interface PartOptions {
  /** How logs and errors call it. */
  readonly name: string;
  /** It is ended when it takes longer, and fails; bench time. */
  readonly timeoutMs?: number | undefined;
  /** What it calls may take so long to end; 5000 ms unless told. */
  readonly graceMs?: number | undefined;
}

/** Something that goes on as a part of an invocation, and can be ended by itself. */
export interface Part<T> {
  readonly result: Promise<T>;
  /** By the ladder, with all that it has called. */
  end(cause: Cause): void;
}

/**
 * Begin `work` as a part of the call that this runs in: a failure in it, that of a Thing too, ends the part, and whoever
 * waits for it sees to the rest. Works below an invocation only.
 */
export function part<T>({ name, timeoutMs, graceMs }: PartOptions, work: () => Promise<T>): Part<T> {
  const parent = ambient()?.work;
  if (!(parent instanceof Frame)) throw new DefinitionError("only a call has parts");
  assertUnfenced();
  currentSignal()?.throwIfAborted();
  const frame = parent.part(name, { graceMs, apart: true });
  const result = execute(frame, { rules: { timeoutMs }, run: work }).finally(() => {
    frame.leave();
    release(frame);
  });
  // Whoever has ended it may not wait for it any more.
  result.catch(() => {});
  return { result: result as Promise<T>, end: (cause) => climb(frame, cause) };
}
