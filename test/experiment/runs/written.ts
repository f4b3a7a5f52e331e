import { parseCondition } from "../../../src/condition.ts";
import { parseDuration } from "../../../src/duration.ts";
import type { Procedure, Step } from "../../../src/experiment/procedure/procedure.ts";

/** A step as a procedure has it, without where it stands. */
export type Written = Readonly<Record<string, unknown>>;

/** A procedure of these steps; each stands in a line of its own. */
export function procedure(steps: readonly Written[], onFailure: readonly Written[] = []): Procedure {
  const lines = { last: 0 };
  return {
    ...{ title: "A test", description: undefined, file: "test.yaml", sha256: "0123456789abcdef", parameters: {} },
    steps: list(steps, "steps", lines),
    onFailure: list(onFailure, "onFailure", lines),
  };
}

const list = (steps: readonly Written[], path: string, lines: { last: number }): readonly Step[] =>
  steps.map((step, n) => stepOf(step, `${path}[${n}]`, lines));

function stepOf(step: Written, path: string, lines: { last: number }): Step {
  const standing = { path, place: { line: ++lines.last, column: 5 } };
  const within = (steps: unknown, name: string) => list(steps as readonly Written[], `${path}.${name}`, lines);
  const parts = (name: string) => String(step[name]).split(".") as [string, string];
  const ms = (name: string) => (step[name] === undefined ? undefined : parseDuration(step[name]));
  const as = step["as"] as string | undefined;
  if (step["invoke"]) {
    const [thing, action] = parts("invoke");
    return { ...standing, kind: "invoke", thing, action, input: step["input"], as, timeoutMs: ms("timeout") };
  }
  if (step["set"]) {
    const [thing, property] = parts("set");
    return { ...standing, kind: "set", thing, property, to: step["to"] };
  }
  if (step["wait"]) return { ...standing, kind: "wait", forMs: ms("wait") ?? 0 };
  if (step["waitUntil"])
    return {
      ...standing,
      kind: "waitUntil",
      condition: parseCondition(step["waitUntil"]),
      timeoutMs: ms("timeout") ?? 0,
    };
  if (step["record"]) {
    const properties = (step["properties"] as readonly string[]).map((one) => {
      const [thing = "", property = ""] = one.split(".");
      return { thing, property };
    });
    return { ...standing, kind: "record", name: String(step["record"]), properties, everyMs: ms("every") };
  }
  if (step["stopRecording"]) return { ...standing, kind: "stopRecording", name: String(step["stopRecording"]) };
  if (step["ask"]) {
    const { schema, onTimeout = "fail" } = step as { schema?: object; onTimeout?: "fail" | { answer: unknown } };
    return { ...standing, kind: "ask", message: String(step["ask"]), schema, as, timeoutMs: ms("timeout"), onTimeout };
  }
  if (step["repeat"]) {
    const { until, times, atMost, steps } = step["repeat"] as Written;
    const condition = until === undefined ? undefined : parseCondition(until);
    return {
      ...standing,
      kind: "repeat",
      until: condition,
      atMost: Number(atMost ?? times),
      steps: within(steps, "repeat"),
    };
  }
  if (step["parallel"]) {
    const branches = Object.entries(step["parallel"] as Readonly<Record<string, unknown>>);
    return {
      ...{ ...standing, kind: "parallel" },
      branches: Object.fromEntries(branches.map(([name, steps]) => [name, within(steps, name)])),
    };
  }
  return {
    ...standing,
    kind: "try",
    steps: within(step["try"], "try"),
    onFailure: within(step["onFailure"], "onFailure"),
  };
}
