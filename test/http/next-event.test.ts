import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { BenchEvent } from "../../src/events/event.ts";
import { EventLog } from "../../src/events/event-log.ts";
import { nextEvent } from "../../src/http/events/next-event.ts";
import { Patience } from "../../src/http/patience.ts";
import type { View } from "../../src/http/view.ts";

const change = (name: string): BenchEvent => ({ kind: "property", thing: "tank", name, value: 1 });
const wants = (event: BenchEvent) => event.kind === "property" && event.name === "level";

function stand(options: { readonly max?: number; readonly maxEvents?: number } = {}) {
  const clock = new DiscreteClock();
  const events = new EventLog(options);
  const patience = new Patience({ clock, ...options });
  const response = new EventEmitter() as unknown as ServerResponse;
  const view = { gateway: { events }, patience } as unknown as View;
  const ask = (waitMs: number, after?: number) => nextEvent(view, { after, wants, waitMs, response, by: "a" });
  return { clock, events, patience, response, ask };
}

test("the first wanted event after a number is told at once when it is there", async () => {
  const { events, ask } = stand();
  for (const name of ["flow", "level", "level", "flow"]) events.add(change(name));
  expect(await ask(1000, 0)).toMatchObject({ told: { number: 2 }, after: 2, missed: 0 });
  expect(await ask(1000, 2)).toMatchObject({ told: { number: 3 }, after: 3 });
  expect(await ask(0, 3)).toEqual({ told: undefined, after: 4, missed: 0 });
});

test("it is waited for, and by nobody afterwards", async () => {
  const { clock, events, patience, ask } = stand();
  events.add(change("level"));
  const next = ask(60_000);
  events.add(change("flow"));
  await clock.advance(1000);
  expect(patience.waiting).toBe(1);
  events.add(change("level"));
  expect(await next).toMatchObject({ told: { number: 3 }, after: 3, missed: 0 });
  expect([patience.waiting, clock.nextDue()]).toEqual([0, undefined]);
});

test("when none comes in time, that is told with the number to go on from", async () => {
  const { clock, events, ask } = stand();
  const next = ask(1000);
  events.add(change("flow"));
  await clock.advance(1000);
  expect(await next).toEqual({ told: undefined, after: 1, missed: 0 });
});

test("what is not kept any more is counted, also when it goes while it is waited", async () => {
  const { clock, events, ask } = stand({ maxEvents: 3 });
  for (let n = 0; n < 5; n++) events.add(change("flow"));
  expect(await ask(0, 0)).toEqual({ told: undefined, after: 5, missed: 2 });
  const next = ask(1000, 0);
  events.add(change("level"));
  for (let n = 0; n < 4; n++) events.add(change("flow"));
  await clock.advance(0);
  // 1 and 2 before it asked, then 6 and 7, of which one was wanted.
  expect(await next).toEqual({ told: undefined, after: 10, missed: 4 });
});

test("where too many wait already it does not wait, and one who has gone waits no longer", async () => {
  const { clock, response, patience, ask } = stand({ max: 1 });
  const first = ask(60_000);
  expect(await ask(60_000)).toMatchObject({ told: undefined });
  response.emit("close");
  expect(await first).toMatchObject({ told: undefined });
  expect([patience.waiting, clock.nextDue()]).toEqual([0, undefined]);
});

test("however many wait and go, none of them listens afterwards", async () => {
  const { clock, events, ask } = stand();
  for (let round = 0; round < 3; round++) {
    const all = Array.from({ length: 900 }, () => ask(1000));
    await clock.advance(1000);
    await Promise.all(all);
  }
  const leave = Array.from({ length: 2000 }, () => events.listen(() => {}));
  expect(leave).toHaveLength(2000);
});
