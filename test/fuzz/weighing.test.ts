import { describe, expect, test } from "vitest";
import { fillUp } from "../../fuzz/fill-up.ts";
import { grown, maxGrowth, maxLateGrowth } from "../../fuzz/weighing.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { EventLog } from "../../src/events/event-log.ts";
import { Recorder } from "../../src/transport/recorder.ts";

const heap = (more: number) => ({ bytes: 40 * 2 ** 20 + more, kinds: { string: 2 ** 20 + more } });
const held = { heap: heap(0), rss: 150 * 2 ** 20, connections: 1, handles: { Timeout: 2 } };
const same = { warm: held, middle: held, end: held };

describe("what a gateway holds in the end", () => {
  test("may be a little more than after the warm-up, as some is met late", () => {
    const middle = { ...held, heap: heap(maxGrowth - maxLateGrowth) };
    const end = { ...held, heap: heap(maxGrowth), connections: 2, handles: { Timeout: 7, MessagePort: 1 } };
    expect(grown({ warm: held, middle, end })).toEqual([]);
  });

  test.each([
    [
      "all of a run",
      { ...same, end: { ...held, heap: heap(maxGrowth + 1) } },
      "2.0 MB more than after the warm-up: string 2.00 MB",
    ],
    [
      "the later half of it",
      { ...same, end: { ...held, heap: heap(maxLateGrowth + 1) } },
      "1.0 MB more than in the middle of the run: string 1.00 MB",
    ],
  ])("may not be what %s has added", (_, weighed, told) => {
    expect(grown(weighed).join()).toContain(told);
  });

  test("has no connection of a client, and no more of what keeps a process alive", () => {
    expect(grown({ ...same, end: { ...held, connections: 3 } })).toEqual(["3 connections are still open"]);
    const end = { ...held, handles: { Timeout: 8, TCPSocketWrap: 6 } };
    expect(grown({ ...same, end })).toEqual(["8 Timeout are open, and were 2", "6 TCPSocketWrap are open, and were 0"]);
  });
});

test("what keeps the latest keeps as much as ever before anything is weighed, and no more after it", () => {
  const events = new EventLog();
  const recorder = new Recorder(new DiscreteClock());
  fillUp({ events, things: new Map([["pump", { recorder }]]) });
  const [count, bytes] = [recorder.entries().length, events.bytes];
  expect(events.oldest).toBeGreaterThan(1);
  expect(count).toBeLessThan(recorder.next - 1);
  fillUp({ events, things: new Map([["pump", { recorder }]]) });
  expect([recorder.entries().length, events.bytes]).toEqual([count, bytes]);
});
