import { expect, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import type { Message } from "../../../src/experiment/notify/message.ts";
import { Outbox } from "../../../src/experiment/notify/outbox.ts";
import { NotificationError } from "../../../src/experiment-errors.ts";

const minute = 60_000;
const hour = 60 * minute;

const messageOf = (alarm: string, id: string, changes = 1): Message => ({
  ...{ id, alarm, title: alarm, state: "raised", at: 0, clockTrusted: true, reason: "it is hot", things: ["heater"] },
  ...{ changes, bench: "bench", version: "1" },
});

/** An outbox whose server takes what `takes` says, and alarms that change by `change`. */
function openOutbox() {
  const clock = new DiscreteClock();
  const sent: string[] = [];
  const logged: string[] = [];
  const over: string[] = [];
  const owed = new Map<string, number>();
  const server = { takes: async (_: Message, __: AbortSignal): Promise<void> => {} };
  let n = 0;
  const ids = new Map<string, string>();
  const outbox = new Outbox({
    name: "office",
    clock,
    post: {
      async send(message, signal) {
        sent.push(`${clock.now() / 1000} ${message.alarm} ${message.changes}`);
        await server.takes(message, signal);
      },
    },
    message: (alarm) => {
      const changes = owed.get(alarm) ?? 0;
      return changes > 0 ? messageOf(alarm, ids.get(alarm) ?? "", changes) : undefined;
    },
    over: (alarm, { changes }) => {
      over.push(alarm);
      owed.set(alarm, (owed.get(alarm) ?? 0) - changes);
    },
    log: (_, message) => void logged.push(message),
  });
  const change = (alarm: string) => {
    owed.set(alarm, (owed.get(alarm) ?? 0) + 1);
    ids.set(alarm, `id-${++n}`);
    outbox.owe(alarm);
  };
  return { clock, sent, logged, over, server, outbox, change };
}

const refuse = () => Promise.reject(new NotificationError("mail.lab.example takes no mail: no route"));

test("a change is told at once, and once", async () => {
  const { clock, sent, over, change, outbox } = openOutbox();
  change("hot");
  await clock.advance(hour);
  expect(sent).toEqual(["0 hot 1"]);
  expect(over).toEqual(["hot"]);
  expect(outbox.owes("hot")).toBe(false);
});

test("an alarm that comes and goes is told less and less often, and each message says how often it has changed", async () => {
  const { clock, sent, change } = openOutbox();
  for (let second = 0; second < 2 * 3600; second += 10) {
    change("hot");
    await clock.advance(10_000);
  }
  expect(sent.slice(0, 5)).toEqual(["0 hot 1", "60 hot 5", "180 hot 12", "420 hot 24", "900 hot 48"]);
  expect(sent.length).toBeLessThan(13);
  await clock.advance(2 * hour);
  change("hot");
  await clock.advance(0);
  expect(sent.at(-1)).toMatch(/ hot 1$/);
});

test("alarms do not wait for each other's pauses", async () => {
  const { clock, sent, change } = openOutbox();
  change("hot");
  await clock.advance(0);
  change("hot");
  change("lost");
  await clock.advance(1000);
  expect(sent).toEqual(["0 hot 1", "0 lost 1"]);
});

test("what is not taken is tried again after pauses that grow, and given up in the end", async () => {
  const { clock, sent, logged, over, server, outbox, change } = openOutbox();
  server.takes = refuse;
  change("hot");
  await clock.advance(24 * hour);
  const at = sent.map((line) => Number(line.split(" ")[0]));
  expect(at.slice(0, 8)).toEqual([0, 5, 20, 65, 200, 605, 1820, 5420]);
  expect(sent).toHaveLength(12);
  expect(over).toEqual(["hot"]);
  expect(logged).toEqual([
    "office was not told of hot: mail.lab.example takes no mail: no route; it is tried again",
    "office was never told of hot: given up after 12 tries (mail.lab.example takes no mail: no route)",
  ]);
  expect(outbox.error).toBe("mail.lab.example takes no mail: no route");
  server.takes = async () => {};
  change("hot");
  await clock.advance(0);
  expect(outbox.error).toBeUndefined();
  expect(logged.at(-1)).toBe("office takes messages again");
});

test("what changes while nothing is taken is one message, which tells how it is when it is taken", async () => {
  const { clock, sent, server, change } = openOutbox();
  server.takes = refuse;
  change("hot");
  await clock.advance(30 * minute);
  change("hot");
  change("hot");
  await clock.advance(0);
  // It does not wait for the end of the long pause.
  expect(sent.at(-1)).toBe("1800 hot 3");
  server.takes = async () => {};
  await clock.advance(3 * hour);
  expect(sent.at(-1)).toBe("5400 hot 3");
  expect(sent).toHaveLength(8);
});

test("a message that nobody takes does not keep others from being sent", async () => {
  const { clock, sent, server, change } = openOutbox();
  server.takes = ({ alarm }) => (alarm === "poison" ? refuse() : Promise.resolve());
  change("poison");
  change("hot");
  await clock.advance(10_000);
  expect(sent).toEqual(["0 poison 1", "5 hot 1", "5 poison 1", "10 poison 1"]);
});

test("a server that says nothing is given 30 s, and what it is sent is aborted", async () => {
  const { clock, sent, logged, server, change } = openOutbox();
  let aborted = false;
  server.takes = (_, signal) =>
    new Promise(() => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
    });
  change("hot");
  await clock.advance(29_000);
  expect(logged).toEqual([]);
  await clock.advance(6001);
  expect(aborted).toBe(true);
  expect(logged[0]).toContain("no answer within 30 s");
  expect(sent).toHaveLength(2);
});

test("what changes while it is being sent is told next", async () => {
  const { clock, sent, server, change } = openOutbox();
  let taken = () => {};
  server.takes = () =>
    new Promise((resolve) => {
      taken = resolve;
    });
  change("hot");
  await clock.advance(1000);
  change("hot");
  taken();
  server.takes = async () => {};
  await clock.advance(hour);
  expect(sent).toEqual(["0 hot 1", "61 hot 1"]);
});

test("closed in the middle of a message, it is still owed, and nothing is sent any more", async () => {
  const { clock, sent, over, logged, server, outbox, change } = openOutbox();
  server.takes = (_, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  change("hot");
  await clock.advance(1000);
  outbox.close();
  change("lost");
  await clock.advance(hour);
  expect(sent).toEqual(["0 hot 1"]);
  expect([over, logged]).toEqual([[], []]);
});
