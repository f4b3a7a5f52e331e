import { getHeapCodeStatistics, queryObjects } from "node:v8";
import { Gateway } from "../src/gateway/gateway.ts";
import { Frame } from "../src/invocation/frame.ts";
import { Invocation } from "../src/invocation/invocation.ts";
import { SqliteJournal } from "../src/journal/sqlite-journal.ts";
import { Thing } from "../src/thing/thing.ts";
import { Wire } from "../src/transport/wire.ts";

/** What is in use once everything is gone that can go; bytes. */
export interface HeapSample {
  /** Compiled code, which grows for as long as paths are met for the first time. */
  readonly code: number;
  /** All else. */
  readonly data: number;
}

/** What waits for a finalizer goes with a later round. */
export async function sampled(rounds: number): Promise<HeapSample> {
  let least: HeapSample = { code: 0, data: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    if (!globalThis.gc) throw new Error("start node with --expose-gc");
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const { code_and_metadata_size: machine, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics();
    const data = heapUsed + arrayBuffers - machine - bytecode;
    if (data < least.data) least = { code: machine + bytecode, data };
  }
  return least;
}

const kinds = { Gateway, Thing, Invocation, Frame, SqliteJournal, Wire };

/** How many of the engine's objects there are, by class: they weigh what nobody sees in a sum. */
export function counted(): Readonly<Record<keyof typeof kinds, number>> {
  const counts = Object.entries(kinds).map(([name, kind]) => [name, queryObjects(kind, { format: "count" })]);
  return Object.fromEntries(counts);
}

/** By how much a value grows in an hour, by least squares; and the standard error of that. */
export function slope(points: readonly { readonly hour: number; readonly value: number }[]): {
  readonly perHour: number;
  readonly error: number;
} {
  const count = points.length;
  if (count < 3) return { perHour: 0, error: Number.POSITIVE_INFINITY };
  const sum = (of: (point: (typeof points)[number]) => number) => points.reduce((all, point) => all + of(point), 0);
  const [hour, value] = [sum((point) => point.hour) / count, sum((point) => point.value) / count];
  const spread = sum((point) => (point.hour - hour) ** 2);
  const perHour = sum((point) => (point.hour - hour) * (point.value - value)) / spread;
  const rest = sum((point) => (point.value - value - perHour * (point.hour - hour)) ** 2);
  return { perHour, error: Math.sqrt(rest / (count - 2) / spread) };
}
