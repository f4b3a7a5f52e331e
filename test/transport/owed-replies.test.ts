import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dialogue, outcome, say, silent, TestWork } from "./dialogue.ts";

const quietMs = 100;
const probe = "?";

describe("a reply that is still owed after a break-in", () => {
  it("never answers the probe, nor the first question after it, however slow the device is", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 500, resync: { probe } });
    answer((command) => say(`<${command}>`, 300));
    const moving = outcome(connection.request("MOVE"));
    await clock.advance(10);
    await clock.until(connection.breakIn("!"));
    expect(await moving).toBe("BrokenOffError");
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["MOVE", "!", "?", "A", "B"]);
  });

  it("never answers the first question where there is no probe either", async () => {
    const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 500 });
    answer((command) => say(`<${command}>`, 400));
    connection.request("MOVE").catch(() => {});
    await clock.advance(10);
    await clock.until(connection.breakIn("!"));
    expect(await clock.until(connection.request("A"))).toBe("<A>");
  });

  it("delays a quick device by no more than the silence", async () => {
    const { clock, connection, commands } = await dialogue({ replyTimeoutMs: 5000, resync: { quietMs, probe } });
    connection.request("MOVE").catch(() => {});
    await clock.advance(1);
    await clock.until(connection.breakIn("!"));
    await clock.advance(quietMs + 10);
    expect(commands).toEqual(["MOVE", "!", "?"]);
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(clock.now()).toBeLessThan(2 * quietMs + 30);
  });

  it("is waited for until its time-out, also beyond the patience with noise", async () => {
    const { clock, connection, commands, answer } = await dialogue({
      replyTimeoutMs: 5000,
      resync: { quietMs: 20, probe },
    });
    // None of the three attempts is lost by listening for it.
    let unanswered = 2;
    answer((command) => (command === probe && unanswered-- > 0 ? [] : say(`<${command}>`, 4900)));
    connection.request("MOVE").catch(() => {});
    await clock.advance(100);
    await clock.until(connection.breakIn("!"));
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(commands).toEqual(["MOVE", "!", "?", "?", "?", "A"]);
  });

  it("has the time-out of its own question, also when the break-in is answered before it", async () => {
    const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 300, resync: { quietMs, probe } });
    answer((command) => {
      if (command === "?") return [];
      return say(`<${command}>`, command === "MOVE" ? 900 : 5);
    });
    connection.request("MOVE", { timeoutMs: 2000 }).catch(() => {});
    await clock.advance(10);
    await clock.until(connection.breakIn("!"));
    // It is not taken for the probe's, which never comes.
    expect(await clock.until(outcome(connection.request("A")))).toBe("DisconnectedError");
  });

  it("is counted though the driver cannot judge it", async () => {
    const { clock, connection, answer, logged } = await dialogue({ replyTimeoutMs: 300 });
    answer((command) => (command === "LIST" ? [...say("1"), ...say("2", 200)] : say(`<${command}>`)));
    const listing = connection.collect("LIST", () => {
      throw new TypeError("oops");
    });
    expect(await clock.until(outcome(listing))).toBe("TypeError");
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(logged).toContain("debug: nobody waits for this message: 2");
  });

  it("may be dropped by the device, which is found out by its time-out", async () => {
    const { clock, connection, commands, answer } = await dialogue({
      replyTimeoutMs: 500,
      resync: { quietMs, probe },
    });
    answer((command) => (command === "MOVE" ? [] : say(`<${command}>`)));
    connection.request("MOVE").catch(() => {});
    await clock.advance(10);
    await clock.until(connection.breakIn("!"));
    await clock.advance(490);
    expect(commands).toEqual(["MOVE", "!"]);
    await clock.advance(20);
    expect(commands).toEqual(["MOVE", "!", "?"]);
    expect(await clock.until(connection.request("A"))).toBe("<A>");
  });

  it("may come one time-out after another that was lost, as the device does one thing after the other", async () => {
    const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 500, resync: { quietMs, probe } });
    answer((command) => (command === "MOVE" ? [] : say(`<${command}>`, command === "!" ? 700 : 450)));
    connection.request("MOVE").catch(() => {});
    await clock.advance(10);
    await clock.until(connection.breakIn("!"));
    expect(await clock.until(connection.request("A"))).toBe("<A>");
  });

  it("is not waited for where the driver says that the break-in has none", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 500, resync: { quietMs, probe } });
    answer((command) => (command === "!" ? [] : say(`<${command}>`)));
    await clock.until(connection.breakIn("!"));
    await clock.advance(490);
    expect(commands).toEqual(["!"]);
    await clock.advance(500);
    await clock.until(connection.breakIn("!", { answered: false }));
    await clock.advance(quietMs + 1);
    expect(commands).toEqual(["!", "?", "!", "?"]);
  });

  it("may be the probe's own, when a second stop breaks in", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 500, resync: { quietMs, probe } });
    answer((command) => say(`<${command}>`, command === "!" ? 5 : 400));
    await clock.until(connection.breakIn("!"));
    await clock.advance(quietMs + 20);
    expect(commands).toEqual(["!", "?"]);
    await clock.until(connection.breakIn("!"));
    expect(await clock.until(connection.request("A"))).toBe("<A>");
  });

  it("may be the rest of a long one, of which any message may be the break-in's", async () => {
    const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 500, resync: { quietMs, probe } });
    answer((command) => {
      if (command !== "LIST") return say(command === "!" ? "ok" : `<${command}>`);
      return [...say("1", 10), ...say("2", 400), ...say("3", 800), ...say("ok", 1200)];
    });
    const listing = outcome(connection.collect("LIST", (reply) => reply === "ok"));
    await clock.advance(20);
    await clock.until(connection.breakIn("!"));
    expect(await listing).toBe("BrokenOffError");
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(clock.now()).toBeLessThan(1200 + 2 * quietMs + 30);
  });

  it("keeps nobody waiting for ever, however often a silent device is stopped", async () => {
    const { clock, connection, answer, losses } = await dialogue({ replyTimeoutMs: 100, resync: { probe } });
    answer(silent);
    for (let stops = 0; stops < 500; stops++) await clock.until(connection.breakIn("!"));
    const asked = outcome(connection.request("A"));
    await clock.advance(5000);
    expect(await asked).toBe("DisconnectedError");
    expect(losses).toHaveLength(1);
  });
});

describe("a port that takes nothing for a while", () => {
  it("is not asked for a proof before it has taken what came before", async () => {
    const { clock, connection, commands, answer, link } = await dialogue({ replyTimeoutMs: 200, resync: { probe } });
    answer((command) => say(`<${command}>`, 150));
    link.device.pause();
    expect(await clock.until(outcome(connection.request("A")))).toBe("DeviceTimeoutError");
    await clock.advance(150);
    link.device.resume();
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["A", "?", "B"]);
  });

  it("is given up when it goes on", async () => {
    const { clock, connection, losses, link } = await dialogue({ replyTimeoutMs: 200, resync: { probe } });
    link.device.pause();
    const asked = ["A", "B"].map((question) => outcome(connection.request(question)));
    expect(await clock.until(Promise.all(asked))).toEqual(["DeviceTimeoutError", "DisconnectedError"]);
    expect(losses[0]?.message).toMatch(/does not take what is sent, after 3 attempts/);
    expect(clock.now()).toBeLessThan(1000);
  });
});

describe("the log of a stop", () => {
  it("holds no warning, as all of it was to be expected", async () => {
    const { clock, connection, answer, logged } = await dialogue({ replyTimeoutMs: 500, resync: { probe } });
    answer((command) => say(`<${command}>`, 50));
    connection.request("MOVE").catch(() => {});
    await clock.advance(10);
    await clock.until(connection.breakIn("!"));
    await clock.until(connection.request("A"));
    expect(logged).toEqual([
      "debug: the line of pump is out of step: a stop broke in",
      "debug: nobody waits for this message: <MOVE>",
      "debug: the line of pump is in step again",
    ]);
  });

  it("warns of what the device says on top", async () => {
    const { clock, connection, answer, logged } = await dialogue();
    answer((command) => (command === "!" ? [...say("stopped"), ...say("E7", 20)] : say(`<${command}>`)));
    await clock.until(connection.breakIn("!"));
    await clock.until(connection.request("A"));
    expect(logged).toContain("warning: nobody waits for this message: E7");
  });
});

const replyTimeoutMs = 500;
/** Up to just under the time-out, with the time on the wire. */
const replyMs = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: replyTimeoutMs - 10 }));
const lost = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const reply = fc.record({ ms: replyMs, lost });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ask" as const), reply }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("collect" as const), reply }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("cancel" as const, "fence" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("stop" as const), reply, how: fc.constantFrom("!", "mute", "reset") }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 700 }) }) },
);
const schedules = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  probes: fc.array(reply, { minLength: 1, maxLength: 5 }),
  chunkBytes: fc.integer({ min: 1, max: 20 }),
  probed: fc.boolean(),
  /** Whether the device answers one thing after the other, or each as it is ready. */
  inTurn: fc.boolean(),
});
type Schedule = typeof schedules extends fc.Arbitrary<infer S> ? S : never;

/** A device whose replies come as late as they may, or never, and name what they answer. */
async function slowDevice({ probes, chunkBytes, probed, inTurn }: Schedule) {
  const bench = await dialogue(
    { baudRate: 115_200, replyTimeoutMs, resync: { quietMs, ...(probed && { probe }) } },
    chunkBytes,
  );
  const { clock, answer, say: speak } = bench;
  const replies = new Map<string, { readonly ms: number; readonly lost: boolean }>();
  let asked = 0;
  let life = 0;
  let free = 0;
  const answerIn = (ms: number, texts: readonly string[]) => {
    const born = life;
    let at = clock.now();
    for (const text of texts) {
      at = (inTurn ? Math.max(at, free) : at) + ms;
      free = at;
      clock.after(at - clock.now(), () => born === life && speak(text));
    }
  };
  answer((command) => {
    // A reset drops what the device was about to say.
    if (command.startsWith("reset")) {
      life++;
      free = 0;
    }
    const { ms, lost } = (command === probe ? probes[asked++ % probes.length] : replies.get(command)) ?? {
      ms: 5,
      lost: false,
    };
    // Lost on its way: the device has taken its time all the same.
    if (lost && inTurn && !/^[a-z!]/.test(command)) free = Math.max(clock.now(), free) + ms;
    if (lost || command.startsWith("mute")) return [];
    answerIn(ms, command.startsWith("C") ? [`<${command}`, "...", `${command}>`] : [`<${command}>`]);
    return [];
  });
  return { ...bench, replies };
}

/** Run the steps; what is asked settles as `check` says. */
function perform(device: Awaited<ReturnType<typeof slowDevice>>, steps: Schedule["steps"]) {
  const { clock, connection, replies } = device;
  const ended: Promise<readonly [asked: unknown, expected: unknown]>[] = [];
  let works: TestWork[] = [];
  const note = (asked: Promise<unknown>, expected: unknown) =>
    ended.push(outcome(asked).then((got) => [got, expected] as const));
  const run = async () => {
    for (const [index, what] of steps.entries()) {
      if (what.do === "pass") await clock.advance(what.ms);
      else if (what.do === "stop") {
        const message = `${what.how}${index}`;
        replies.set(message, what.reply);
        const options = { answered: what.how !== "mute" };
        note(connection.breakIn(message, options), undefined);
      } else if (what.do === "ask" || what.do === "collect") {
        const work = new TestWork(clock, index % 2 ? "run" : "read");
        works.push(work);
        const question = `${what.do === "ask" ? "Q" : "C"}${index}`;
        replies.set(question, what.reply);
        const ask =
          what.do === "ask"
            ? () => connection.request(question)
            : () => connection.collect(question, (said) => said.endsWith(">"));
        note(
          work.run<Promise<unknown>>(ask),
          what.do === "ask" ? `<${question}>` : [`<${question}`, "...", `${question}>`],
        );
      } else {
        for (const work of works) work[what.do]();
        works = [];
      }
    }
  };
  return { run, ended };
}

describe("whatever is asked, cancelled, lost and broken into", () => {
  it("a slow reply never answers another question", async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const device = await slowDevice(schedule);
        const { clock, connection } = device;
        const { run, ended } = perform(device, schedule.steps);
        await run();
        const all = [...schedule.steps.flatMap((what) => ("reply" in what ? [what.reply] : [])), ...schedule.probes];
        const errors = ["BrokenOffError", "InvocationCancelledError", "FencedError"];
        if (all.some(({ lost }) => lost)) errors.push("DeviceTimeoutError", "DisconnectedError");
        for (const [got, expected] of await clock.until(Promise.all(ended)))
          if (!errors.includes(String(got))) expect(got).toEqual(expected);
        const last = await clock.until(outcome(connection.request("END")));
        if (!errors.includes(String(last))) expect(last).toBe("<END>");
        // Where END had no answer, the line is in step again by now, or lost.
        await clock.advance(10_000);
        expect(device.timers()).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it("closing settles all of it at once, and leaves no timer on the clock", async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.boolean(), async (schedule, blocked) => {
        const device = await slowDevice(schedule);
        if (blocked) device.link.device.pause();
        const { run, ended } = perform(device, schedule.steps);
        await run();
        await device.connection.close();
        await Promise.all(ended);
        expect(device.timers()).toBe(0);
        await device.clock.advance(5000);
        expect(device.timers()).toBe(0);
        expect(await outcome(device.connection.breakIn("!"))).toBe("DisconnectedError");
      }),
      { numRuns: 200 },
    );
  });
});
