import type { Condition } from "../../condition.ts";

export type { Mistake } from "../../experiment-errors.ts";

/** Where something stands in the text of a procedure; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What every step has. */
interface Standing {
  /** Which it is, for people and for programs: `steps[3]`, `steps[3].repeat[0]`, `onFailure[1]`, `steps[2].heat[0]`. */
  readonly path: string;
  readonly place: Place;
  /** Where the parts of its `input` or `to` stand, by JSON pointer, and their units where a parameter with one was filled in. */
  readonly parts?: Readonly<Record<string, Part>> | undefined;
}

/** A part of what a step gives; with the empty pointer all of it, or what a condition compares with. */
export interface Part {
  readonly place: Place;
  /** In UCUM: of the parameter that stands there. */
  readonly unit?: string | undefined;
}

/**
 * A value with `$name`s of earlier steps in it, which `fillIn` fills in when the step begins; `$name.field` is a part of
 * one, and `$$` in a text is a dollar.
 */
export type Given = unknown;

/** Do an action, and wait for its end. */
export interface InvokeStep extends Standing {
  readonly kind: "invoke";
  readonly thing: string;
  readonly action: string;
  readonly input: Given;
  /** Its output is called that from here on. */
  readonly as?: string | undefined;
  /** It fails when the action takes longer; bench time. */
  readonly timeoutMs?: number | undefined;
}

/** Write a property. */
export interface SetStep extends Standing {
  readonly kind: "set";
  readonly thing: string;
  readonly property: string;
  readonly to: Given;
}

/** Let time pass; bench time. */
export interface WaitStep extends Standing {
  readonly kind: "wait";
  readonly forMs: number;
}

/** Go on when a condition holds; it fails when that takes longer than `timeoutMs`. */
export interface WaitUntilStep extends Standing {
  readonly kind: "waitUntil";
  readonly condition: Condition;
  readonly timeoutMs: number;
}

/** Begin a recording, which ends with the run unless a `stopRecording` ends it before. */
export interface RecordStep extends Standing {
  readonly kind: "record";
  readonly name: string;
  readonly properties: readonly { readonly thing: string; readonly property: string }[];
  /** Sample so often; undefined: whenever one of them changes. Bench time. */
  readonly everyMs: number | undefined;
}

export interface StopRecordingStep extends Standing {
  readonly kind: "stopRecording";
  readonly name: string;
}

/** Ask whoever stands at the bench, and wait for the answer. */
export interface AskStep extends Standing {
  readonly kind: "ask";
  /** As what is given: with `$name`s of earlier steps. */
  readonly message: string;
  /** JSON Schema of the answer; a bare confirmation unless said. */
  readonly schema?: object | undefined;
  readonly as?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** It fails, or goes on as if that had been answered. */
  readonly onTimeout: "fail" | { readonly answer: unknown };
}

/** Do steps again and again: so many times, or until a condition holds after one round, which fails after `atMost` rounds. */
export interface RepeatStep extends Standing {
  readonly kind: "repeat";
  readonly until: Condition | undefined;
  /** How many rounds: all of them without `until`. */
  readonly atMost: number;
  readonly steps: readonly Step[];
}

/** Do several lists of steps at the same time; the first that fails ends the others. */
export interface ParallelStep extends Standing {
  readonly kind: "parallel";
  readonly branches: Readonly<Record<string, readonly Step[]>>;
}

/** Do `steps`; when one fails, do `onFailure` and go on. What is cancelled does not. */
export interface TryStep extends Standing {
  readonly kind: "try";
  readonly steps: readonly Step[];
  readonly onFailure: readonly Step[];
}

export type Step =
  | InvokeStep
  | SetStep
  | WaitStep
  | WaitUntilStep
  | RecordStep
  | StopRecordingStep
  | AskStep
  | RepeatStep
  | ParallelStep
  | TryStep;

/** What a run does: a document that was read, with its parameters filled in. */
export interface Procedure {
  readonly title: string;
  readonly description: string | undefined;
  /** As it was named: the path of a file, or a name of the library with its version, `titration@3`. */
  readonly file: string;
  /** Of the text, hexadecimal: the same text has the same. */
  readonly sha256: string;
  /** The values it was filled in with. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  /** Done when a step has failed and nothing has caught that; the run has failed all the same. Not when it is cancelled. */
  readonly onFailure: readonly Step[];
}
