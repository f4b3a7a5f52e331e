import fc from "fast-check";
import { expect, test } from "vitest";
import { doser, openDoser, replayed } from "./doser.ts";

type Event =
  | {
      readonly kind: "post";
      readonly key: number;
      readonly body: number;
      readonly times: number;
      readonly slow: boolean;
    }
  | { readonly kind: "write"; readonly key: number; readonly body: number; readonly times: number }
  | { readonly kind: "stop" | "clear" | "wait" | "kill" | "restart" };

const key = fc.nat(3);
const body = fc.nat(1);
const times = fc.integer({ min: 1, max: 3 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("post" as const), key, body, times, slow: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("write" as const), key, body, times }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("stop", "clear", "wait", "kill", "restart") }) },
);

/** What came of the first request under a key that was accepted. */
interface Accepted {
  readonly body: number;
  readonly id: unknown;
}

/** Plays a program against the real gateway, and notes everything that must never happen. */
async function play(events: readonly Event[]): Promise<readonly string[]> {
  const violations: string[] = [];
  const made = doser();
  const accepted = new Map<string, Accepted>();
  let bench = await openDoser(made);
  let stopped = false;

  const ask = async (
    name: string,
    body: number,
    times: number,
    send: (value: number) => ReturnType<typeof bench.send>,
  ) => {
    const before = accepted.get(name);
    const answers = await Promise.all(Array.from({ length: times }, () => send(body)));
    const expected = before ? (before.body === body ? 201 : 422) : stopped ? 409 : 201;
    for (const answer of answers) {
      if (answer.statusCode !== expected)
        violations.push(`${name} is answered by ${answer.statusCode} and not ${expected}: ${answer.body}`);
      if (answer.statusCode !== 201) continue;
      const id = answer.json()?.id ?? null;
      const first = accepted.get(name);
      if (!first) accepted.set(name, { body, id });
      else if (first.id !== id) violations.push(`${name} is ${id} and was ${first.id}`);
    }
    const fresh = answers.filter((answer) => answer.statusCode === 201 && !replayed(answer)).length;
    if (expected === 201 && fresh !== (before ? 0 : 1)) violations.push(`${name} was told ${fresh} times as new`);
  };

  for (const one of events) {
    if (one.kind === "post") {
      const action = one.slow ? "slow" : "dose";
      await ask(`${action} ${one.key}`, one.body, one.times, (value) =>
        bench.invoke(
          action,
          { mL: (one.slow ? 100 : 0) + one.key * 10 + value },
          { key: `k${one.key}`, prefer: "respond-async" },
        ),
      );
    } else if (one.kind === "write") {
      await ask(`write ${one.key}`, one.body, one.times, (value) =>
        bench.send("PUT", "/doser/rate", one.key * 10 + value, { key: `k${one.key}` }),
      );
    } else if (one.kind === "wait") await bench.clock.advance(1000);
    else if (one.kind === "kill") {
      const old = bench;
      bench = await old.killed();
      await old.close();
    } else if (one.kind === "restart") {
      await bench.close();
      bench = await openDoser(made, bench.state);
    } else if (one.kind === "stop") {
      await bench.gateway.emergencyStop.trip("ada");
      stopped = true;
    } else if (one.kind === "clear") {
      await bench.gateway.emergencyStop.clear("ada");
      stopped = false;
    }
  }
  await bench.close();
  // The tens of what reaches the device are its key.
  const keys = made.device.done.map((what) => JSON.stringify(what).replace(/\d(?=\D*$)/, ""));
  for (const key of new Set(keys)) {
    const count = keys.filter((one) => one === key).length;
    if (count > 1) violations.push(`${key} was done ${count} times`);
  }
  return violations;
}

test("whatever is posted, repeated, refused and restarted: each key runs once, and every repetition shows the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (events) => {
      expect(await play(events)).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
