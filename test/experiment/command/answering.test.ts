import { expect, test } from "vitest";
import { answerIn, hintOf } from "../../../src/cli/procedure/answer.ts";
import { answerUsually, TerminalAnswering } from "../../../src/cli/procedure/answering.ts";
import type { RunClient, ToldPrompt } from "../../../src/cli/procedure/asked-run.ts";
import { parametersIn } from "../../../src/cli/procedure/parameters.ts";
import { settled } from "../../../src/discrete-clock.ts";
import { Type } from "../../../src/typebox.ts";
import { testShell } from "../../cli/shell.ts";

const volume = Type.Number({ minimum: 20, maximum: 150, default: 50, unit: "mL" });

const prompt = (id: string, message: string, schema: ToldPrompt["schema"] = null): ToldPrompt => ({
  ...{ id, message, schema, thing: "gateway", invocation: { id: "run" } },
});

/** A gateway that takes every answer that `wrong` has nothing against. */
function listener(wrong: (value: unknown) => string | undefined = () => undefined) {
  const answers: (readonly [string, unknown])[] = [];
  const answer = async (id: string, value: unknown) => {
    const objection = wrong(value);
    if (objection === undefined) answers.push([id, value]);
    return objection;
  };
  return { answers, client: { answer } as Pick<RunClient, "answer"> as RunClient };
}

/** Somebody who types when he is told to. */
function typist() {
  const waiting: ((line: string | undefined) => void)[] = [];
  const asked: string[] = [];
  const ask = (question: string) => {
    asked.push(question);
    return new Promise<string | undefined>((resolve) => waiting.push(resolve));
  };
  const type = async (line: string | undefined) => {
    waiting.shift()?.(line);
    await settled();
  };
  return { asked, type, shell: testShell({}, true, ask) };
}

test.each([
  ["", null, null],
  ["", volume, 50],
  ["48.5", volume, 48.5],
  ["48,5", volume, 48.5],
  ["yes", Type.Boolean(), true],
  ["N", Type.Boolean(), false],
  ["by hand", Type.String(), "by hand"],
  ["blue", Type.Enum(["blue", "red"]), "blue"],
  ['{"x": 1}', Type.Object({ x: Type.Number() }), { x: 1 }],
])("the line %o is read as its schema wants it", (line, schema, answer) => {
  expect(answerIn(line, schema)).toEqual(answer);
});

test("a line that is nothing is told with what may be typed", () => {
  expect(() => answerIn("fifty", volume)).toThrow('"fifty" cannot be read: type [number, in mL, from 20, to 150');
  expect(() => answerIn(" ", Type.Number())).toThrow("an answer is needed");
  expect(hintOf(null)).toBe("[Enter when it is done]");
  expect(hintOf(Type.Enum(["blue", "red"]))).toBe("[blue | red]");
});

test("what is set is JSON where it looks so, and each name is set once", () => {
  expect(parametersIn(["limit=7", "who=Ada", 'at={"x":1}', "note=a=b"])).toEqual({
    ...{ limit: 7, who: "Ada", at: { x: 1 }, note: "a=b" },
  });
  expect(() => parametersIn(["limit"])).toThrow("NAME=VALUE");
  expect(() => parametersIn(["limit=1", "limit=2"])).toThrow("twice");
});

test("questions are put one after another, and again until the gateway takes the answer", async () => {
  const { asked, type, shell } = typist();
  const { answers, client } = listener((value) => (Number(value) > 150 ? "must be at most 150" : undefined));
  const answering = new TerminalAnswering(client, shell);
  const open = [prompt("a", "How much?", volume), prompt("b", "Shut the door")];
  await answering.look(open);
  await answering.look(open);
  expect(asked).toEqual([expect.stringMatching(/^\? How much\?\n {2}\[number, in mL/)]);
  await type("500");
  await type("much");
  expect(asked.slice(1)).toEqual([expect.stringContaining("at most 150"), expect.stringContaining('"much"')]);
  await type("60");
  await answering.look(open.slice(1));
  await type("");
  expect(answers).toEqual([
    ["a", 60],
    ["b", null],
  ]);
});

test("a line that was meant for a question which somebody else has answered is no answer to the next", async () => {
  const { asked, type, shell } = typist();
  const { answers, client } = listener();
  const answering = new TerminalAnswering(client, shell);
  await answering.look([prompt("a", "How much?", volume)]);
  const next = [prompt("b", "Has it stopped?")];
  await answering.look(next);
  await answering.look(next);
  expect(shell.printed).toEqual([expect.stringContaining("seen to otherwise")]);
  await type("70");
  await answering.look(next);
  expect(asked).toEqual([expect.stringContaining("How much?"), expect.stringContaining("Has it stopped?")]);
  expect(answers).toEqual([]);
  await type("");
  expect(answers).toEqual([["b", null]]);
});

test("where no line comes any more, it says who else can answer, once", async () => {
  const { type, shell } = typist();
  const answering = new TerminalAnswering(listener().client, shell);
  await answering.look([prompt("a", "How much?", volume)]);
  await type(undefined);
  await answering.look([prompt("a", "How much?", volume)]);
  expect(shell.told).toEqual([expect.stringContaining("--yes")]);
});

test("with --yes the default is the answer, else what fits; and where no guess fits it says so", async () => {
  const { answers, client } = listener();
  const answering = answerUsually(client, testShell());
  const code = Type.String({ pattern: "^LOT-[0-9]{7}$" });
  await answering.look([prompt("a", "How much?", volume), prompt("b", "Which?", Type.Enum(["blue", "red"]))]);
  expect(answers).toEqual([
    ["a", 50],
    ["b", "blue"],
  ]);
  await expect(answering.look([prompt("c", "Which lot?", code)])).rejects.toThrow('"Which lot?"');
});
