import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { DeadlineExceededError, DefinitionError } from "../../../src/errors.ts";
import type { PromptEvent } from "../../../src/events/of-invocation.ts";
import type { Prompt } from "../../../src/experiment/prompts/prompt.ts";
import { UnansweredError } from "../../../src/experiment-errors.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { openBench } from "../../../src/testing/open-bench.ts";
import { messages } from "../../invocation/fixture.ts";
import { asker } from "./asker.ts";

const place = () => openBench({ asker: { definition: asker } });
let bench: Awaited<ReturnType<typeof place>>;
beforeEach(async () => {
  bench = await place();
});
afterEach(() => bench.close());

const prompts = () => bench.gateway.experiments.prompts;
const told: PromptEvent[] = [];
const audited = () => bench.gateway.audit.page({ limit: 10 }).filter(({ what }) => what.startsWith("prompt."));

/** Ask for an action that asks, and let it come to that. */
async function asked(action: string, input?: unknown) {
  const invocation = bench.start("asker", action, input);
  await bench.clock.advance(0);
  const [prompt] = prompts().all;
  return [invocation, prompt as Prompt] as const;
}
const nothingIsLeft = () => {
  expect(prompts().all).toEqual([]);
  expect(bench.clock.nextDue()).toBeUndefined();
};
const ended = async (invocation: Invocation) => {
  await bench.ended(invocation);
  return [invocation.status, invocation.reason, invocation.error?.constructor];
};

describe("an action that asks", () => {
  it("is running, waits for the operator, and goes on when that is answered", async () => {
    const [invocation, prompt] = await asked("weigh");
    await bench.clock.advance(3_600_000);
    expect([invocation.status, invocation.waitingFor]).toEqual(["running", "operator"]);
    expect(prompt).toMatchObject({
      ...{ state: "open", thing: "asker", action: "weigh", things: ["asker"], message: "How much is it?" },
      ...{ schema: { type: "number", minimum: 0 }, timeoutMs: undefined, leftMs: undefined },
      invocation: { id: invocation.id, thing: "asker", action: "weigh" },
    });
    prompts().answer(prompt.id, 12.5, { name: "ada", from: "10.0.0.7" });
    expect(invocation.waitingFor).toBeNull();
    await bench.ended(invocation);
    expect([invocation.status, invocation.output]).toEqual(["completed", 12.5]);
    expect(prompt).toMatchObject({ state: "answered", answeredBy: "ada", schema: undefined });
    nothingIsLeft();
  });

  it("says so in its log, in events and in the audit trail", async () => {
    told.length = 0;
    const leave = bench.gateway.events.listen(({ event }) => void (event.kind === "prompt" && told.push(event)));
    const [invocation, prompt] = await asked("weigh");
    prompts().answer(prompt.id, 12.5, { name: "ada", from: "10.0.0.7" });
    leave();
    await bench.ended(invocation);
    expect(messages(invocation)).toEqual(["asks: How much is it?", "ada has answered: 12.5"]);
    const of = { prompt: prompt.id, id: invocation.id, things: ["asker"], message: "How much is it?" };
    expect(told).toMatchObject([
      { ...of, state: "open", answeredBy: null },
      { ...of, state: "answered", answeredBy: "ada" },
    ]);
    expect(audited()).toMatchObject([
      { what: "prompt.answered", by: "ada", from: "10.0.0.7", thing: "asker", detail: "How much is it?" },
    ]);
  });

  it.each([undefined, null])("that only wants to hear that it is done gets null for %s", async (given) => {
    const [invocation, prompt] = await asked("ready");
    prompts().answer(prompt.id, given, "ada");
    expect((await bench.ended(invocation)).status).toBe("completed");
    expect(messages(invocation)).toContain("ada has said that it is done");
  });

  it("stays open after an answer of the wrong shape, which nobody is said to have given", async () => {
    const [invocation, { id }] = await asked("weigh");
    for (const wrong of [undefined, null, "12.5", -1, Number.NaN, { mass: 1 }])
      expect(() => prompts().answer(id, wrong, "ada")).toThrow(/^the answer does not fit its schema/);
    expect([invocation.waitingFor, audited(), messages(invocation).length]).toEqual(["operator", [], 1]);
    prompts().answer(id, 0, "ada");
    expect((await bench.ended(invocation)).output).toBe(0);
  });

  it("takes no value where it only wants to hear that it is done", async () => {
    const [invocation, { id, state }] = await asked("ready");
    for (const wrong of [{}, "", false, 0]) expect(() => prompts().answer(id, wrong, "ada")).toThrow("send no value");
    expect([invocation.waitingFor, state]).toEqual(["operator", "open"]);
  });

  it("is answered once", async () => {
    const [invocation, { id }] = await asked("weigh");
    prompts().answer(id, 1, "ada");
    expect(() => prompts().answer(id, 2, "bob")).toThrow(
      'nothing was done: ada has answered "How much is it?" already',
    );
    await bench.ended(invocation);
    expect(() => prompts().answer(id, 2, "bob")).toThrow("ada has answered");
    expect([invocation.output, audited().length]).toEqual([1, 1]);
    expect(() => prompts().answer("x", 2, "bob")).toThrow("there is no prompt x");
  });

  it("can ask two things at once, and each has its own answer, in any order", async () => {
    const [invocation] = await asked("both");
    const [right, left] = ["Right?", "Left?"].map((text) => prompts().all.find(({ message }) => message === text));
    prompts().answer(left?.id ?? "", "l", "ada");
    await bench.clock.advance(1000);
    expect([invocation.waitingFor, prompts().all]).toEqual(["operator", [right]]);
    prompts().answer(right?.id ?? "", "r", "bob");
    expect(invocation.waitingFor).toBeNull();
    await bench.ended(invocation);
    expect(invocation.output).toEqual(["left: l", "right: r"]);
    nothingIsLeft();
  });
});

describe("when nobody answers in time", () => {
  it("it fails, and says to whom", async () => {
    const [invocation, prompt] = await asked("hurried", {});
    await bench.clock.advance(4000);
    expect(prompt.leftMs).toBe(6000);
    await bench.clock.advance(5999);
    expect(prompt.state).toBe("open");
    expect(await ended(invocation)).toEqual(["error", undefined, UnansweredError]);
    expect(invocation.error?.message).toBe("nobody has answered within 10 s: Quickly now");
    expect(prompt.state).toBe("expired");
    expect(() => prompts().answer(prompt.id, 1, "ada")).toThrow('the time for an answer to "Quickly now" is over');
    nothingIsLeft();
  });

  it("it goes on with the answer it was given for that", async () => {
    const [invocation, prompt] = await asked("hurried", { otherwise: 7 });
    expect(prompt.onTimeout).toBe("answer");
    await bench.ended(invocation);
    expect([invocation.status, invocation.output, prompt.state]).toEqual(["completed", 7, "expired"]);
    expect(messages(invocation)).toContain("nobody has answered within 10 s: goes on with 7");
    expect(audited()).toEqual([]);
  });

  it("an answer leaves no timer behind", async () => {
    const [invocation, { id }] = await asked("hurried", {});
    prompts().answer(id, 3, "ada");
    await bench.ended(invocation);
    expect(invocation.output).toBe(3);
    nothingIsLeft();
  });
});

describe("what asks is ended", () => {
  it.each<[string, (invocation: Invocation) => unknown, readonly unknown[]]>([
    ["a client's cancel", (invocation) => bench.cancel(invocation), ["cancelled", "client"]],
    ["the emergency stop", () => bench.gateway.emergencyStop.trip("ada"), ["cancelled", "emergency_stop"]],
    ["its Thing's failure", () => bench.thing("asker").fail(new DefinitionError("it broke")), ["error", "failed"]],
    ["an operator's reset", () => bench.thing("asker").reset(), ["error", "failed"]],
    ["a shutdown", () => bench.gateway.close(), ["cancelled", "shutdown"]],
  ])("by %s, and its question is withdrawn", async (_, end, how) => {
    const [invocation, prompt] = await asked("weigh");
    void end(invocation);
    await bench.clock.advance(0);
    expect(prompt.state).toBe("withdrawn");
    await bench.ended(invocation);
    expect([invocation.status, invocation.reason, invocation.waitingFor]).toEqual([...how, null]);
    expect(() => prompts().answer(prompt.id, 1, "ada")).toThrow('what has asked "How much is it?" has ended');
    expect(prompts().all).toEqual([]);
  });

  it("by its own deadline, which runs on while it waits", async () => {
    const [invocation, prompt] = await asked("deadline");
    expect(await ended(invocation)).toEqual(["error", "deadline", DeadlineExceededError]);
    expect(prompt.state).toBe("withdrawn");
    nothingIsLeft();
  });

  it("by force, where it asks while it cleans up", async () => {
    const [invocation, prompt] = await asked("stubborn");
    await bench.cancel(invocation);
    await bench.clock.advance(999);
    expect(prompt.state).toBe("open");
    await bench.ended(invocation);
    expect([invocation.status, invocation.forced, prompt.state]).toEqual(["cancelled", true, "withdrawn"]);
  });
});

describe("what cannot be asked", () => {
  it.each<[unknown, RegExp]>([
    [{}, /a question has a message/],
    [{ message: " " }, /a question has a message/],
    [{ message: "x".repeat(2001) }, /more than 2000 characters/],
    [{ message: "?", schema: { type: "string", pattern: "^(a+)+$" } }, /may take for ever/],
    [{ message: "?", schema: { enum: ["x".repeat(17_000)] } }, /its schema has more than 16384 characters/],
    [{ message: "?", timeoutMs: 0 }, /its timeoutMs is in milliseconds/],
    [{ message: "?", timeoutMs: 1e12 }, /2000000000 at most/],
    [{ message: "?", onTimeout: { answer: null } }, /onTimeout needs a timeoutMs/],
    [
      { message: "?", schema: { type: "number" }, timeoutMs: 1, onTimeout: { answer: "x" } },
      /of onTimeout, the answer/,
    ],
  ])("fails at once, and says why: %j", async (question, why) => {
    const invocation = await bench.run("asker", "wrongly", { question });
    expect(invocation.error).toBeInstanceOf(DefinitionError);
    expect(invocation.error?.message).toMatch(why);
  });

  it("is what has to be done at once", async () => {
    const invocation = await bench.run("asker", "hasty");
    expect(invocation.error?.message).toContain("is urgent");
  });

  it("is more than somebody can answer, and what was open then is withdrawn", async () => {
    const invocation = await bench.run("asker", "many", { questions: 11 });
    expect(invocation.error?.message).toBe("one invocation asks 10 questions at a time at most");
    expect(prompts().all).toEqual([]);
    const [running] = await asked("many", { questions: 10 });
    expect([running.status, prompts().all.length]).toEqual(["running", 10]);
  });
});

test("more than a hundred questions on a bench are refused, until some are answered", async () => {
  const names = Array.from({ length: 11 }, (_, n) => `asker${n}`);
  const crowd = await openBench(Object.fromEntries(names.map((name) => [name, { definition: asker }])));
  const { prompts } = crowd.gateway.experiments;
  for (const name of names.slice(0, 10)) crowd.start(name, "many", { questions: 10 });
  await crowd.clock.advance(0);
  expect(prompts.all.length).toBe(100);
  const refused = await crowd.run("asker10", "weigh");
  expect([refused.status, refused.error?.message]).toEqual(["error", expect.stringMatching(/^100 questions wait/)]);
  prompts.answer(prompts.all[0]?.id ?? "", null, "ada");
  await crowd.clock.advance(0);
  crowd.start("asker10", "weigh");
  await crowd.clock.advance(0);
  expect(prompts.all.at(-1)?.thing).toBe("asker10");
  await crowd.close();
});

test("only the latest questions that have ended are remembered", async () => {
  const [, first] = await asked("ever");
  for (let n = 0; n < 101; n++) {
    expect(prompts().find(first.id)).toBe(first);
    prompts().answer(prompts().all[0]?.id ?? "", true, "ada");
    await bench.clock.advance(10);
  }
  expect(prompts().find(first.id)).toBeUndefined();
});

describe("on a bench without anybody", () => {
  it("a function answers what is asked, by the same rules", async () => {
    await bench.close();
    const answers: Readonly<Record<string, unknown>> = { "How much is it?": 4, "Quickly now": "a lot" };
    bench = await openBench({ asker: { definition: asker } }, { answer: ({ message }) => answers[message] });
    expect((await bench.run("asker", "weigh")).output).toBe(4);
    expect((await bench.run("asker", "ready")).status).toBe("completed");
    expect((await bench.run("asker", "hurried", {})).error?.message).toMatch(/^the answer does not fit/);
    nothingIsLeft();
  });
});
