import type { CalibrationResult } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import { type Delivery, type Progress, runAs } from "../context.ts";
import { InvocationCancelledError, NotAllowedError } from "../errors.ts";
import type { Question } from "../question.ts";
import { Questions } from "./questions.ts";

/** Code that runs as if an action had called it, and what it has told so far. */
export interface ObservedWork<T> {
  readonly result: Promise<T>;
  /** Cancel it as a client would. */
  cancel(): void;
  readonly log: readonly string[];
  readonly progress: readonly Progress[];
  readonly deliveries: readonly Delivery[];
  /** What it asks and nobody has answered yet, the oldest first. */
  readonly questions: readonly Question[];
  /** Answer the oldest of these; throws `InputError` for what does not fit, `NotAllowedError` when it asks nothing. */
  answer(value?: unknown): void;
  readonly calibrations: readonly CalibrationResult[];
}

/**
 * Run `work` below an invocation that is all its own: `sleep`, `shield`, `log`, `report`, `deliver`, `ask` and `calibrate`
 * do what they do below an action.
 *
 * @example const work = withInvocation(clock, () => settle()); work.cancel(); await expect(work.result).rejects.toThrow();
 */
export function withInvocation<T>(clock: Clock, work: () => Promise<T>): ObservedWork<T> {
  const cancellation = new AbortController();
  const log: string[] = [];
  const progress: Progress[] = [];
  const deliveries: Delivery[] = [];
  const questions = new Questions(clock);
  const calibrations: CalibrationResult[] = [];
  const alone = (): never => {
    throw new NotAllowedError("background and detached work, and blobs, need a bench: use openBench()");
  };
  const result = runAs(
    {
      kind: "run",
      thing: "test",
      clock,
      signal: cancellation.signal,
      fence: new AbortController().signal,
      invocation: {
        id: "test",
        thing: "test",
        action: "test",
        report: (made) => void progress.push(made),
        deliver: (made) => void deliveries.push(made),
        calibrate: async (made) => void calibrations.push(made),
        acknowledgeCancel: () => false,
        background: alone,
        detached: alone,
        blob: alone,
        keep() {},
        ask: (question) => questions.ask(question),
        brokeIn() {},
        queued() {},
        dequeued() {},
      },
      log: (_, message) => void log.push(message),
    },
    work,
  );
  return {
    result,
    cancel: () => cancellation.abort(new InvocationCancelledError("cancelled by the test", "client")),
    log,
    progress,
    deliveries,
    get questions() {
      return questions.open;
    },
    answer: (value) => questions.answer(value),
    calibrations,
  };
}
