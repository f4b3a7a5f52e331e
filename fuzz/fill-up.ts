import { randomUUID } from "node:crypto";
import type { EventLog } from "../src/events/event-log.ts";
import type { Thing } from "../src/thing/thing.ts";

interface Keeping {
  readonly things: ReadonlyMap<string, Pick<Thing, "recorder">>;
  readonly events: Pick<EventLog, "oldest" | "add">;
}

/**
 * Where benchd keeps the latest of something, it keeps as much as it ever does from now on: whatever a run adds to the
 * heap then is kept by mistake.
 */
export function fillUp({ things, events }: Keeping): void {
  const said = Buffer.from("+0012.34 g\r\n");
  for (const { recorder } of things.values())
    while (recorder.entries().length === recorder.next - 1) for (let n = 0; n < 500; n++) recorder.received(said);
  const noError = { progress: null, reason: null, outcome: null, forced: false, error: null };
  while (events.oldest === 1)
    events.add({
      ...{ kind: "invocation", thing: "counter", action: "noop", id: randomUUID(), seq: 0, status: "completed" },
      ...{ requestedBy: "fuzz-admin", ...noError },
    });
}
