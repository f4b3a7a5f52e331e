import type { Connection } from "./connection.ts";
import { RefusedError, UnreachableError } from "./errors.ts";
import { type BenchEvent, follow } from "./events.ts";
import { leavable, pause, waitAfter } from "./waiting.ts";

interface Observed<Value> {
  readonly thing: string;
  readonly property: string;
  readonly signal?: AbortSignal | undefined;
  read(signal: AbortSignal): Promise<Value>;
}

/** The value of a property, and each further one. Throws `RefusedError` when there is no such one. */
export function observe<Value>(connection: Connection, observed: Observed<Value>): AsyncGenerator<Value> {
  return leavable(observed.signal, (signal) => values(connection, observed, signal));
}

async function* values<Value>(
  connection: Connection,
  { thing, property, read }: Observed<Value>,
  signal: AbortSignal,
): AsyncGenerator<Value> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const stream = follow(connection, {
    things: [thing],
    // Naming both has it read while nobody tells of it.
    kinds: ["property", "thingState"],
    signal,
    onState: (state) => state === "open" && open(),
  });
  try {
    let next = stream.next();
    // What happens from here on is told, so nothing is missed between.
    await Promise.race([opened, next]);
    yield* readable(connection, read, signal);
    for (let told = await next; !told.done; told = await next) {
      const event = told.value;
      if (isOf(event, thing, property) && !event.omitted) yield event.value as Value;
      else if (mayHaveChanged(event, thing, property)) yield* readable(connection, read, signal);
      next = stream.next();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await stream.return(undefined);
  }
}

const isOf = (event: BenchEvent, thing: string, property: string): event is Extract<BenchEvent, { kind: "property" }> =>
  event.kind === "property" && event.thing === thing && event.name === property;

/** Something is missing, or the device has come back. */
function mayHaveChanged(event: BenchEvent, thing: string, property: string): boolean {
  if (event.kind === "thingState") return event.thing === thing && event.state === "ready";
  return event.kind === "gap" || isOf(event, thing, property);
}

/** Its value, if it can be read now. */
async function* readable<Value>(
  { clock }: Connection,
  read: Observed<Value>["read"],
  signal: AbortSignal,
): AsyncGenerator<Value> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      yield await read(signal);
      return;
    } catch (error) {
      // The device is busy or away: what becomes of that is told.
      if (error instanceof RefusedError && (error.status === 409 || error.status === 503)) return;
      if (!(error instanceof UnreachableError)) throw error;
    }
    await pause(clock, waitAfter(failures, 1000, 15_000), signal);
  }
}
