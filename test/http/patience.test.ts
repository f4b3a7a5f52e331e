import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Patience } from "../../src/http/patience.ts";

const response = () => new EventEmitter() as unknown as ServerResponse;
const by = { by: "a" };
const endless = () => ({ ended: new Promise<void>(() => {}) });

function ending() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

it("waits until the invocation has ended", async () => {
  const patience = new Patience({ clock: new DiscreteClock() });
  const invocation = ending();
  const waited = patience.until(invocation, 100, response(), by);
  expect(patience.waiting).toBe(1);
  invocation.end();
  await waited;
  expect(patience.waiting).toBe(0);
});

it("does not wait longer than it was asked to", async () => {
  const clock = new DiscreteClock();
  const patience = new Patience({ clock });
  const waited = patience.until(endless(), 100, response(), by);
  await clock.advance(100);
  await waited;
  expect(patience.waiting).toBe(0);
});

it("does not wait when too many wait already", async () => {
  const patience = new Patience({ clock: new DiscreteClock(), max: 2 });
  const many = [1, 2].map(() => patience.until(endless(), 100, response(), by));
  await patience.until(endless(), 100, response(), by);
  expect(patience.waiting).toBe(2);
  patience.close();
  await Promise.all(many);
});

it("stops waiting for a client that has gone", async () => {
  const patience = new Patience({ clock: new DiscreteClock() });
  const gone = response();
  const waited = patience.until(endless(), 5000, gone, by);
  gone.emit("close");
  await waited;
  expect(gone.listenerCount("close")).toBe(0);
});

it("does not wait for a client that has gone before", async () => {
  const patience = new Patience({ clock: new DiscreteClock() });
  const gone = Object.assign(response(), { destroyed: true });
  await patience.until(endless(), 60_000, gone, by);
  expect(patience.waiting).toBe(0);
});

it("lets everybody go when the server closes, and nobody wait afterwards", async () => {
  const patience = new Patience({ clock: new DiscreteClock() });
  const waited = patience.until(endless(), 5000, response(), by);
  patience.close();
  await waited;
  await patience.until(endless(), 5000, response(), by);
});

it("leaves one reaction on an invocation, however often it is waited for", async () => {
  const clock = new DiscreteClock();
  const patience = new Patience({ clock });
  let reactions = 0;
  const ended = Object.assign(new Promise<void>(() => {}), {
    // biome-ignore lint/suspicious/noThenProperty: it counts who asks for the promise's end
    then: () => {
      reactions++;
    },
  });
  const invocation = { ended: ended as unknown as Promise<void> };
  for (let i = 0; i < 5; i++) {
    const waited = patience.until(invocation, 10, response(), by);
    await clock.advance(10);
    await waited;
  }
  expect(reactions).toBe(1);
});

it("lets those who ask after the end go at once, also when somebody waited before it", async () => {
  const clock = new DiscreteClock();
  const patience = new Patience({ clock });
  let end = () => {};
  const invocation = {
    ended: new Promise<void>((resolve) => {
      end = resolve;
    }),
  };
  const first = patience.until(invocation, 5000, response(), by);
  end();
  await first;
  await patience.until(invocation, 5000, response(), by);
  expect([clock.now(), patience.waiting]).toEqual([0, 0]);
});

it("answers the latest of whoever waits most, so that another can wait", async () => {
  const patience = new Patience({ clock: new DiscreteClock(), max: 3 });
  const answered: number[] = [];
  for (const n of [0, 1, 2]) void patience.until(endless(), 100, response(), by).then(() => answered.push(n));
  expect([patience.hasRoom("a"), patience.hasRoom("b")]).toEqual([false, true]);
  void patience.until(endless(), 100, response(), { by: "b" }).then(() => answered.push(3));
  await Promise.resolve();
  expect([answered, patience.waiting]).toEqual([[2], 3]);
});

it("keeps nobody who waits for events from waiting for what he has asked for", async () => {
  const patience = new Patience({ clock: new DiscreteClock(), max: 4 });
  const all = [1, 2, 3].map(() => patience.until(endless(), 100, response(), { by: "a", among: "events" }));
  expect([patience.waiting, patience.hasRoom("a", "events"), patience.hasRoom("a")]).toEqual([2, false, true]);
  patience.end("a");
  await Promise.all(all);
  expect(patience.waiting).toBe(0);
});
