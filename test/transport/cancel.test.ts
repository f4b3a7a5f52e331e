import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shield, sleep } from "../../src/ambient.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { as, dialogue, outcome, say, TestWork } from "./dialogue.ts";

describe("a cancelled caller", () => {
  it("is freed at once, and a question that has not left never leaves", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock);
    const first = connection.request("A");
    const cancelled = outcome(work.run(() => connection.request("B")));
    work.cancel();
    expect(await cancelled).toBe("InvocationCancelledError");
    await clock.until(first);
    await clock.advance(1000);
    expect(commands).toEqual(["A"]);
  });

  it("does not free the wire: its reply is read to the end before the next question leaves", async () => {
    const { clock, connection, commands, answer } = await dialogue();
    answer((command) => say(`<${command}>`, command === "A" ? 400 : 5));
    const work = new TestWork(clock);
    const cancelled = outcome(work.run(() => connection.request("A")));
    await clock.advance(100);
    work.cancel();
    expect(await cancelled).toBe("InvocationCancelledError");
    const next = connection.request("B");
    await clock.advance(200);
    expect(commands).toEqual(["A"]);
    expect(await clock.until(next)).toBe("<B>");
  });

  it("leaves a line that gets back into step when the reply never comes", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 300, resync: { probe: "?" } });
    answer((command) => (command === "A" ? [] : say(`<${command}>`)));
    const work = new TestWork(clock);
    const cancelled = outcome(work.run(() => connection.request("A")));
    await clock.advance(1);
    work.cancel();
    await cancelled;
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["A", "?", "B"]);
  });

  it("does not ask at all when it was cancelled before", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock);
    work.cancel();
    expect(await outcome(work.run(() => connection.request("A")))).toBe("InvocationCancelledError");
    await clock.advance(100);
    expect(commands).toEqual([]);
  });

  it("does not take the answer from those who share the question", async () => {
    const bench = await dialogue();
    const reader = new TestWork(bench.clock, "read");
    const cancelled = outcome(reader.run(() => bench.connection.request("T")));
    const other = as(bench, "read", () => bench.connection.request("T"));
    await bench.clock.advance(1);
    reader.cancel();
    expect(await cancelled).toBe("InvocationCancelledError");
    expect(await bench.clock.until(other)).toBe("<T>");
  });

  it("leaves the next exchange sound, at whatever moment the cancel comes", async () => {
    const moments = fc.record({
      after: fc.integer({ min: 0, max: 60 }),
      replyMs: fc.integer({ min: 0, max: 40 }),
      fenced: fc.boolean(),
      chunkBytes: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(moments, async ({ after, replyMs, fenced, chunkBytes }) => {
        const { clock, connection, answer } = await dialogue({ baudRate: 9600 }, chunkBytes);
        answer((command) => say(`<${command}>`, replyMs));
        const work = new TestWork(clock);
        const first = outcome(work.run(() => connection.request("A")));
        const second = outcome(work.run(() => connection.request("B")));
        await clock.advance(after);
        if (fenced) work.fence();
        else work.cancel();
        const next = connection.request("C");
        expect(["<A>", "InvocationCancelledError", "FencedError"]).toContain(await first);
        expect(["<B>", "InvocationCancelledError", "FencedError"]).toContain(await second);
        expect(await clock.until(next)).toBe("<C>");
      }),
    );
  });
});

describe("the fence", () => {
  it("keeps back what is asked after it has fallen", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock);
    work.fence();
    for (const ask of [
      () => connection.request("A"),
      () => connection.send("A"),
      () => connection.collect("A", () => true),
      () => connection.breakIn("A"),
      () => connection.exclusive(() => connection.send("A")),
    ]) {
      expect(await outcome(work.run<Promise<unknown>>(ask))).toBe("FencedError");
    }
    await clock.advance(100);
    expect(commands).toEqual([]);
  });

  it("keeps back what was asked before it fell but has not left, though no cancel has come", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock);
    const first = connection.request("A");
    const fenced = outcome(work.run(() => connection.request("B")));
    const grouped = outcome(work.run(() => connection.exclusive(() => connection.request("C"))));
    work.fence();
    expect(await fenced).toBe("FencedError");
    expect(await grouped).toBe("FencedError");
    await clock.until(first);
    await clock.advance(100);
    expect(commands).toEqual(["A"]);
  });

  it("frees the wire from a group whose handler never ends", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock);
    const stuck = work.run(() =>
      connection.exclusive(async () => {
        await connection.request("A");
        await new Promise(() => {});
      }),
    );
    stuck.catch(() => {});
    await clock.advance(20);
    const stop = connection.request("STOP");
    await clock.advance(1000);
    expect(commands).toEqual(["A"]);
    work.fence();
    expect(await clock.until(stop)).toBe("<STOP>");
  });
});

describe("a late reply", () => {
  it("never answers another question, whatever is asked, cancelled and broken into", async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant("ask" as const), replyMs: fc.integer({ min: 0, max: 190 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant("collect" as const), replyMs: fc.integer({ min: 0, max: 80 }) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("fence" as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("stop" as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 150 }) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, chunkBytes) => {
          const options = { replyTimeoutMs: 60, resync: { quietMs: 100, probe: "?" }, baudRate: 9600 };
          const { clock, connection, answer } = await dialogue(options, chunkBytes);
          // Up to 130 ms too late, with the quiet time at 100: a late reply may be taken for the probe's answer.
          const delays = new Map<string, number>();
          answer((command) => {
            if (command.startsWith("C"))
              return [...say(`<${command}`), ...say("...", 7), ...say(`${command}>`, 8 + (delays.get(command) ?? 0))];
            return say(`<${command}>`, delays.get(command) ?? 5);
          });
          let works: TestWork[] = [];
          const ended: Promise<void>[] = [];
          const check = async (asked: Promise<unknown>, expected: unknown) => {
            const got = await asked.catch((error: Error) => error);
            if (!(got instanceof Error)) expect(got).toEqual(expected);
          };
          for (const [index, what] of steps.entries()) {
            const work = new TestWork(clock, index % 2 ? "run" : "read");
            if (what.do === "ask" || what.do === "collect") {
              const question = `${what.do === "ask" ? "Q" : "C"}${index}`;
              delays.set(question, what.replyMs);
              works.push(work);
              if (what.do === "ask")
                ended.push(
                  check(
                    work.run(() => connection.request(question)),
                    `<${question}>`,
                  ),
                );
              else {
                const last = (reply: string) => reply.endsWith(">");
                const whole = [`<${question}`, "...", `${question}>`];
                ended.push(
                  check(
                    work.run(() => connection.collect(question, last)),
                    whole,
                  ),
                );
              }
            } else if (what.do === "pass") await clock.advance(what.ms);
            else if (what.do === "stop") ended.push(check(connection.breakIn("!"), undefined));
            else {
              for (const running of works) running[what.do]();
              works = [];
            }
          }
          await clock.until(Promise.all(ended));
          const last = await clock.until(connection.request("END").catch((error: unknown) => error));
          if (last !== "<END>") expect(last).toBeInstanceOf(DisconnectedError);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is logged when nobody waits for it", async () => {
    const { clock, connection, answer, logged } = await dialogue({ replyTimeoutMs: 50, resync: { quietMs: 20 } });
    answer((command) => say(`<${command}>`, command === "A" ? 60 : 5));
    expect(await clock.until(outcome(connection.request("A")))).toBe("DeviceTimeoutError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(logged.some((line) => line.includes("nobody waits for this message: <A>"))).toBe(true);
  });
});

describe("clean-up under a shield", () => {
  it("goes on talking to the device after the cancel, until the fence falls", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock);
    const done = outcome(
      work.run(async () => {
        try {
          await sleep(1000);
        } finally {
          await shield(() => connection.request("PARK"));
          await shield(() => connection.request("OFF"));
        }
      }),
    );
    work.cancel();
    await clock.advance(6);
    work.fence();
    expect(await clock.until(done)).toBe("FencedError");
    await clock.advance(1000);
    expect(commands).toEqual(["PARK", "OFF"]);
  });
});
