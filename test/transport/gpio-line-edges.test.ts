import { describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { EdgeFilter } from "../../src/transport/edge-filter.ts";
import type { Edge } from "../../src/transport/gpio.ts";
import { LineEdges } from "../../src/transport/gpio-line-edges.ts";

/** What the kernel writes of edges: `[milliseconds, level, number]`. */
function lineEvents(...events: readonly (readonly [ms: number, rising: boolean, number: number])[]): Buffer {
  const bytes = Buffer.alloc(48 * events.length);
  for (const [index, [ms, rising, number]] of events.entries()) {
    bytes.writeBigUInt64LE(BigInt(ms * 1e6), 48 * index);
    bytes.writeUInt32LE(rising ? 1 : 2, 48 * index + 8);
    bytes.writeUInt32LE(number, 48 * index + 20);
  }
  return bytes;
}

/** The line is low and the kernel's clock at 1000 ms when the bench's is at 0. */
function line() {
  const clock = new DiscreteClock();
  const contact = { level: false };
  const filter = new EdgeFilter({ clock, name: "GPIO17", source: { read: () => contact.level }, debounceMs: 0 });
  const edges: Edge[] = [];
  const warnings: string[] = [];
  filter.watch({
    changed: (edge) => edges.push(edge),
    warn: (message) => warnings.push(message),
    lost: (error) => expect.unreachable(error.message),
  });
  const lineEdges = new LineEdges(filter, { kernelTime: 1_000_000_000n, benchTime: 0 });
  return { clock, contact, edges, warnings, take: (bytes: Buffer) => lineEdges.take(bytes) };
}

describe("edges of the kernel", () => {
  it("have the time at which they were, whenever they are read", async () => {
    const { clock, edges, take } = line();
    await clock.advance(50);
    take(lineEvents([1001, true, 1], [1002.5, false, 2]));
    expect(edges).toEqual([
      { rising: true, at: 1 },
      { rising: false, at: 2.5 },
    ]);
  });

  it("tell how many are missing between them, and then the level is read", async () => {
    const { clock, contact, edges, take } = line();
    await clock.advance(50);
    contact.level = true;
    take(lineEvents([1001, true, 1], [1002, false, 2], [1010, false, 8]));
    expect(edges).toEqual([
      { rising: true, at: 1 },
      { rising: false, at: 2 },
      { rising: false, at: 10, missed: 5 },
      { rising: true, at: 50 },
    ]);
  });

  it("are counted over the end of their numbers", () => {
    const { contact, edges, take } = line();
    contact.level = true;
    take(lineEvents([1001, true, 0xffffffff]));
    contact.level = false;
    take(lineEvents([1002, false, 1]));
    expect(edges.map(({ missed }) => missed)).toEqual([0xfffffffe, 1]);
  });

  it("have one between them when two go in the same direction", () => {
    const { contact, edges, take } = line();
    contact.level = true;
    take(lineEvents([1001, true, 1], [1002, true, 2]));
    expect(edges.map(({ rising, missed }) => [rising, missed])).toEqual([
      [true, undefined],
      [true, 1],
    ]);
  });

  it("F46 are counted in a storm, not looked at, and what was before its end is no news after it", async () => {
    const { clock, contact, edges, warnings, take } = line();
    const storm = Array.from({ length: 256 }, (_, index) => [1000, index % 2 === 0, index + 1] as const);
    take(lineEvents(...storm));
    take(lineEvents([1000, false, 100_000]));
    expect([edges.length, warnings.length]).toEqual([200, 1]);
    contact.level = true;
    await clock.advance(100);
    contact.level = false;
    await clock.advance(60);
    // The first was read late: the level that has been read since knows of it.
    take(lineEvents([1050, true, 100_001], [1150, false, 100_002]));
    expect(edges.slice(200).map(({ rising, at }) => [rising, at])).toEqual([
      [true, 100],
      [false, 150],
    ]);
    expect(edges.reduce((sum, { missed = 0 }) => sum + 1 + missed, 0)).toBe(100_002 + 1);
  });
});
