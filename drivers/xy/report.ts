export const axes = ["x", "y", "z"] as const;
export type Axis = (typeof axes)[number];
/** mm */
export type Point = Readonly<Record<Axis, number>>;

/** What the controller says it does, in the words of the property `state`. */
export const states = {
  Idle: "idle",
  Run: "running a program",
  Hold: "holding",
  Jog: "moving",
  Home: "homing",
  Alarm: "alarm",
  Door: "door open",
  Check: "checking a program",
  Sleep: "asleep",
} as const;
export type State = keyof typeof states;

export interface Report {
  readonly state: State;
  /** Of `Hold` and `Door`: 0 is at rest. */
  readonly phase: number;
  readonly machine: Point | undefined;
  readonly work: Point | undefined;
  /** What the work coordinates are off by; in some reports only. */
  readonly offset: Point | undefined;
}

export const isReport = (message: string) => message.startsWith("<");

/** Whether a controller that reports that reads lines: not while it is suspended; `protocol_exec_rt_suspend`. */
export const readsLines = (message: string) => !/^<(Hold|Door|Sleep)\b/.test(message);

/** A status report of GRBL 1.1, page `interface`; undefined: it is none. */
export function parseReport(message: string): Report | undefined {
  const [, inside] = /^<(.*)>$/.exec(message) ?? [];
  const [state = "", ...fields] = (inside ?? "").split("|");
  const [name = "", phase = "0"] = state.split(":");
  if (!Object.hasOwn(states, name)) return undefined;
  const values = new Map(fields.map((field) => [field.split(":")[0], field.split(":")[1] ?? ""]));
  const machine = point(values.get("MPos"));
  const work = point(values.get("WPos"));
  if (!machine && !work) return undefined;
  return { state: name as State, phase: Number(phase), machine, work, offset: point(values.get("WCO")) };
}

function point(text: string | undefined): Point | undefined {
  const [x, y, z] = (text ?? "").split(",").map(Number);
  return x !== undefined && y !== undefined && z !== undefined && [x, y, z].every(Number.isFinite)
    ? { x, y, z }
    : undefined;
}
