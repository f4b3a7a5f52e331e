import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { LaneFullError } from "../../src/errors.ts";
import { BrokerAwayError, MessageRefusedError } from "../../src/experiment-errors.ts";
import { Connection, hangingUpMs } from "../../src/mqtt/connection.ts";
import { InFlight } from "../../src/mqtt/in-flight.ts";
import type { OutMessage } from "../../src/mqtt/link.ts";
import type { Session, SessionOptions } from "../../src/mqtt/session.ts";
import { gate } from "../invocation/fixture.ts";

const server = {
  ...{ host: "broker", port: 1883, tls: undefined, clientId: "a", user: undefined, password: undefined },
  will: { topic: "status", payload: "offline" },
};

/** A broker that is there or not, and a connection to it. */
function open({ mostInFlight = 20, largestPacket = 1000, answers = Promise.resolve() } = {}) {
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const tries: number[] = [];
  const taken: { message: OutMessage; confirm: () => void }[] = [];
  const subscribed: string[] = [];
  let session: SessionOptions | undefined;
  const broker = { there: true, polite: true, ended: 0 };
  const connection = new Connection({
    clock,
    name: "the broker b:1883",
    random: () => 0.5,
    log: (level, message) => logged.push(`${level}: ${message}`),
    server: async () => server,
    async open(options): Promise<Session> {
      tries.push(clock.now());
      await answers;
      if (!broker.there) throw new BrokerAwayError("connect ECONNREFUSED");
      session = options;
      return {
        ...{ mostInFlight, largestPacket },
        publish: (message) => new Promise((resolve) => taken.push({ message, confirm: resolve })),
        subscribe: async (filter) => {
          subscribed.push(filter);
          if (filter === "forbidden") throw new MessageRefusedError("not authorised");
        },
        unsubscribe: (filter) => void subscribed.splice(subscribed.indexOf(filter), 1),
        end: () => {
          broker.ended++;
          if (broker.polite) options.ended({ why: "as asked", takenOver: false });
        },
        drop: () => options.ended({ why: "dropped", takenOver: false }),
      };
    },
  });
  const lose = (why: string, takenOver = false) => session?.ended({ why, takenOver });
  const settle = () => clock.advance(0);
  return { clock, connection, logged, tries, taken, subscribed, broker, lose, settle, hear: () => session };
}

test("a broker that is away is tried again, later and later; the log tells it once, and once that it is back", async () => {
  const { clock, connection, logged, tries, broker } = open();
  broker.there = false;
  connection.begin();
  await clock.advance(59_000);
  expect(tries).toEqual([0, 1000, 3000, 7000, 15_000, 30_000, 45_000]);
  expect(connection.error).toBe("connect ECONNREFUSED");
  expect(logged).toEqual([
    expect.stringMatching(/^warning: no connection with the broker b:1883: connect ECONNREFUSED; it is/),
  ]);
  await expect(connection.publish({ topic: "t", payload: "" })).rejects.toThrow(BrokerAwayError);
  broker.there = true;
  await clock.advance(60_000);
  expect(connection.connected).toBe(true);
  expect(connection.error).toBeUndefined();
  expect(logged.slice(1)).toEqual(["info: connected with the broker b:1883"]);
  await connection.close();
});

test("a connection that does not hold is not tried at once again and again; one that has held is", async () => {
  const { clock, connection, tries, lose, settle } = open();
  connection.begin();
  for (let n = 0; n < 4; n++) {
    await settle();
    lose("gone");
    await clock.advance(1000 * 2 ** n);
  }
  expect(tries).toEqual([0, 1000, 3000, 7000, 15_000]);
  await clock.advance(30_000);
  lose("gone");
  await clock.advance(1000);
  expect(tries.at(-1)).toBe(46_000);
  await connection.close();
});

test("who is told that another has come in his name waits for long, longer each time, and says so each time", async () => {
  const { clock, connection, logged, tries, lose, settle } = open();
  connection.begin();
  await settle();
  for (let n = 0; n < 3; n++) {
    lose("another client has connected with the same id", true);
    await clock.advance(60_000 * 2 ** n);
  }
  expect(tries).toEqual([0, 60_000, 180_000, 420_000]);
  const told = logged.filter((line) => /^error: .*another gateway is called the same/.test(line));
  expect(told.length).toBe(3);
  await connection.close();
});

test("a name that somebody else has too is told once on each connection, and that is not hurried to be made again", async () => {
  const { clock, connection, logged, tries, lose, settle } = open();
  connection.begin();
  await settle();
  expect(connection.error).toBeUndefined();
  connection.contested();
  connection.contested();
  expect(connection.error).toMatch(/another gateway is called the same/);
  expect(logged.filter((line) => line.startsWith("error")).length).toBe(1);
  lose("the connection has ended");
  await clock.advance(59_999);
  expect(tries.length).toBe(1);
  await clock.advance(1);
  expect(tries.length).toBe(2);
  await clock.advance(3_600_000);
  expect(connection.error).toBeUndefined();
  await connection.close();
});

test("what is subscribed is subscribed anew at each connection, until somebody stops that; then others are told", async () => {
  const { connection, subscribed, lose, clock, settle, logged } = open();
  const order: string[] = [];
  const stop = connection.subscribe("a/+", () => {});
  connection.subscribe("forbidden", () => {});
  connection.onConnected(() => order.push(subscribed.join()));
  connection.begin();
  await settle();
  expect(order).toEqual(["a/+,forbidden"]);
  expect(logged.at(-1)).toMatch(/^error: the broker does not let us hear forbidden/);
  stop();
  subscribed.length = 0;
  lose("gone");
  await clock.advance(1000);
  expect(subscribed).toEqual(["forbidden"]);
  await connection.close();
});

test("what is heard goes to whom it is for; who throws is logged", async () => {
  const { connection, settle, hear, logged } = open();
  const heard: string[] = [];
  connection.subscribe("a/+", ({ topic }) => heard.push(topic));
  connection.subscribe("b", async () => Promise.reject(new BrokerAwayError("not today")));
  connection.begin();
  await settle();
  const message = { payload: Buffer.from(""), retain: false, duplicate: false, properties: {} };
  for (const topic of ["a/1", "a/1/2", "b"]) hear()?.heard({ ...message, topic });
  await settle();
  expect(heard).toEqual(["a/1"]);
  expect(logged.at(-1)).toMatch(/^error: .*not today/);
  await connection.close();
});

test("a broker is sent no more at a time than it takes, and nothing that is too large for it", async () => {
  const { connection, taken, settle } = open({ mostInFlight: 2 });
  connection.begin();
  await settle();
  const sent = ["1", "2", "3"].map((payload) => connection.publish({ topic: "t", payload }));
  await settle();
  expect(taken.map(({ message }) => message.payload)).toEqual(["1", "2"]);
  expect(connection.inFlight).toBe(3);
  taken[0]?.confirm();
  await sent[0];
  await settle();
  expect(taken.map(({ message }) => message.payload)).toEqual(["1", "2", "3"]);
  await expect(connection.publish({ topic: "t", payload: "x".repeat(1000) })).rejects.toThrow(MessageRefusedError);
  for (const { confirm } of taken) confirm();
  await Promise.all(sent);
  await connection.close();
});

test("those that wait are told when the connection goes, and no more wait than a thousand", async () => {
  const going = new InFlight(1);
  const never = () => new Promise<void>(() => {});
  const first = going.run(never);
  const waiting = Array.from({ length: 1000 }, () => going.run(never));
  await expect(going.run(never)).rejects.toThrow(LaneFullError);
  going.close(new BrokerAwayError("gone"));
  const settled = await Promise.allSettled(waiting);
  expect(settled.every(({ status }) => status === "rejected")).toBe(true);
  await expect(going.run(never)).rejects.toThrow(BrokerAwayError);
  expect(await Promise.race([first, "still going"])).toBe("still going");
});

test("once it is closed it hangs up in order, and never connects again", async () => {
  const { connection, broker, clock, tries } = open();
  connection.begin();
  await clock.advance(0);
  await connection.close();
  expect(broker.ended).toBe(1);
  await clock.advance(1_000_000);
  expect(tries).toEqual([0]);
});

test("a broker that does not hang up keeps nobody waiting for longer than is told", async () => {
  const { connection, broker, clock, settle } = open();
  connection.begin();
  await settle();
  broker.polite = false;
  let closed = false;
  const closing = connection.close().then(() => {
    closed = true;
  });
  await clock.advance(hangingUpMs - 1);
  expect(closed).toBe(false);
  await clock.advance(1);
  await closing;
});

test("one that is closed while it is being made is over once it was made and hung up, so that it throws out nobody", async () => {
  const answers = gate();
  const { connection, broker, clock } = open({ answers: answers.opened });
  connection.begin();
  await clock.advance(0);
  let closed = false;
  const closing = connection.close().then(() => {
    closed = true;
  });
  await clock.advance(hangingUpMs - 1);
  expect([closed, broker.ended]).toEqual([false, 0]);
  answers.open();
  await closing;
  expect([broker.ended, connection.connected]).toEqual([1, false]);
});

test("one that is closed before it is begun to be made is not made; one that is never made keeps nobody waiting", async () => {
  const { connection, tries, clock } = open();
  connection.begin();
  await connection.close();
  await clock.advance(100_000);
  expect(tries).toEqual([]);
  const never = open({ answers: new Promise(() => {}) });
  never.connection.begin();
  await never.clock.advance(0);
  const closing = never.connection.close();
  await never.clock.advance(hangingUpMs);
  await closing;
});
