import { describe, expect, it } from "vitest";
import { DefinitionError } from "../../src/errors.ts";
import { type Behaviour, dialogue, echo, outcome, say, silent, TestWork } from "./dialogue.ts";

const accepting = (text: string) => (reply: string) => reply === text;
const resync = {
  quietMs: 30,
  probe: "?",
  accepts: accepting("<?>"),
  checks: [{ ask: "!", accepts: accepting("<!>") }],
};
const options = { replyTimeoutMs: 50, resync };

/** Answers each command with what it was asked before; at first with `kept`. */
function oneBehind(kept?: string): Behaviour {
  let before = kept;
  return (command) => {
    const reply = before === undefined ? [] : say(`<${before}>`);
    before = command;
    return reply;
  };
}

describe("a line whose recipe has a check", () => {
  it("is proven before its first exchange, and once", async () => {
    const { clock, connection, commands } = await dialogue(options);
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["?", "!", "A", "B"]);
    // Four exchanges, and one silence.
    expect(clock.now()).toBeLessThan(4 * 6 + 30);
  });

  it("is proven neither for what is not answered, nor for a break-in", async () => {
    const { clock, connection, commands } = await dialogue(options);
    await clock.until(connection.send("A"));
    await clock.until(connection.breakIn("B", { answered: false }));
    expect(commands).toEqual(["A", "B"]);
  });

  it("is not asked for one that has been cancelled meanwhile", async () => {
    const { clock, connection, commands } = await dialogue(options);
    const work = new TestWork(clock);
    const cancelled = outcome(work.run(() => connection.request("A")));
    await clock.advance(2);
    work.cancel();
    expect(await clock.until(cancelled)).toBe("InvocationCancelledError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["?", "!", "B"]);
  });

  it.each([undefined, "?", "!", "A", "Z"])(
    "is lost, and told why, when the device is one command behind from the start, with the answer to %s",
    async (kept) => {
      const { clock, connection, answer, losses } = await dialogue(options);
      answer(oneBehind(kept));
      const failed = ["DisconnectedError", "DeviceTimeoutError"];
      for (const asked of ["A", "A", "B"])
        expect(failed).toContain(await clock.until(outcome(connection.request(asked))));
      await clock.advance(10_000);
      expect(losses.map(({ message }) => message)).toEqual(["pump answers one command late: switch it off and on"]);
    },
  );

  it("is lost when the device falls one command behind later", async () => {
    const { clock, connection, answer, losses } = await dialogue(options);
    await clock.until(connection.request("A"));
    answer(oneBehind());
    expect(await clock.until(outcome(connection.request("B")))).toBe("DeviceTimeoutError");
    expect(await clock.until(outcome(connection.request("C")))).toBe("DisconnectedError");
    expect(losses[0]?.message).toBe("pump answers one command late: switch it off and on");
  });

  it("is regained when a single answer came after the next question", async () => {
    const { clock, connection, answer, losses } = await dialogue(options);
    await clock.until(connection.request("A"));
    answer((command) => {
      if (command === "B") return [];
      answer(echo);
      return [...say("<B>", 1), ...say(`<${command}>`)];
    });
    expect(await clock.until(outcome(connection.request("B")))).toBe("DeviceTimeoutError");
    expect(await clock.until(connection.request("C"))).toBe("<C>");
    expect(losses).toEqual([]);
  });

  it("leaves the judgement to the driver where another device answers", async () => {
    const { clock, connection, answer, commands } = await dialogue(options);
    answer(() => say("ERROR"));
    expect(await clock.until(connection.request("A"))).toBe("ERROR");
    expect(commands).toEqual(["?", "?", "A"]);
  });

  it("tells of a mute device at its first exchange, as if that had been sent, and asks it once", async () => {
    const { clock, connection, answer, commands, logged } = await dialogue(options);
    answer(silent);
    const failed = await clock.until(connection.request("A").catch((error: unknown) => error));
    expect(String(failed)).toContain("pump did not answer ?\\n within 50 ms: check its power, cable and baud rate");
    expect(clock.now()).toBeLessThan(60);
    expect(commands).toEqual(["?"]);
    expect(logged.join("\n")).toContain("pump did not answer ?");
  });

  it("is lost when the check is not answered at all", async () => {
    const { clock, connection, answer, losses } = await dialogue(options);
    answer((command) => (command === "!" ? [] : echo(command)));
    expect(await clock.until(outcome(connection.request("A")))).toBe("DisconnectedError");
    expect(losses[0]?.message).toMatch(/pump is unresponsive: it does not answer !\\n, which would prove it in step/);
  });

  it("does without the check while the device cannot answer it", async () => {
    const held = { ...resync, accepts: () => true, checkable: (reply: string) => reply !== "<?>" };
    const { clock, connection, commands } = await dialogue({ replyTimeoutMs: 50, resync: held });
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(commands).toEqual(["?", "A"]);
  });

  it("does without the probe at the start where it has two checks", async () => {
    const checks = [...resync.checks, { ask: "#", accepts: accepting("<#>") }];
    const { clock, connection, commands, answer } = await dialogue({
      replyTimeoutMs: 50,
      resync: { ...resync, checks },
    });
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(commands).toEqual(["!", "#", "A"]);
    answer((command) => {
      answer(echo);
      return command === "B" ? [] : echo(command);
    });
    expect(await clock.until(outcome(connection.request("B")))).toBe("DeviceTimeoutError");
    expect(await clock.until(connection.request("C"))).toBe("<C>");
    expect(commands.slice(3)).toEqual(["B", "?", "!", "#", "C"]);
  });

  it("takes the probe's answer for none to the check, whatever that accepts", async () => {
    const checks = [{ ask: "!", accepts: () => true }];
    const { clock, connection, answer, losses } = await dialogue({ replyTimeoutMs: 50, resync: { ...resync, checks } });
    answer(oneBehind("?"));
    await clock.until(outcome(connection.request("A")));
    expect(losses[0]?.message).toContain("answers one command late");
  });

  it("needs an accepts of its probe", async () => {
    const { accepts: _, ...without } = resync;
    await expect(dialogue({ resync: without })).rejects.toThrow(DefinitionError);
  });
});
