import type { Connection } from "../../../src/client/connection.ts";
import { RefusedError } from "../../../src/client/errors.ts";
import type { TrafficLog, TrafficPage } from "./traffic-log.ts";

/** So long the gateway waits for something to tell; seconds. */
const waitS = 20;
/** It would be asked for each line otherwise; ms. */
const paceMs = 200;
const retryMs = 2000;
const limit = 1000;

interface Following {
  readonly thing: string;
  readonly signal: AbortSignal;
  /** There is something else to be shown; why nothing is, in words, or "". */
  readonly onChange: (problem: string) => void;
}

/** Asks for what goes over the wires of a Thing again and again, until it is aborted. Never rejects. */
export async function followTraffic(
  connection: Connection,
  log: TrafficLog,
  { thing, signal, onChange }: Following,
): Promise<void> {
  const path = `/gateway/traffic/${encodeURIComponent(thing)}`;
  while (!signal.aborted) {
    let restMs = paceMs;
    try {
      const query = { after: log.after, limit, wait: log.after === undefined ? undefined : waitS };
      log.add((await connection.get(path, { signal, query })) as TrafficPage);
      onChange("");
    } catch (error) {
      if (signal.aborted) return;
      const asked = error instanceof RefusedError ? (error.retryAfterMs ?? 0) : 0;
      restMs = Math.max(retryMs, asked);
      onChange(error instanceof Error ? error.message : String(error));
    }
    await new Promise<void>((go) => void connection.clock.after(restMs, go));
  }
}
