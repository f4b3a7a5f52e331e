import { ask, shield, sleep } from "../../ambient.ts";
import { ambient, currentSignal } from "../../context.ts";
import { DeadlineExceededError, InvocationCancelledError } from "../../errors.ts";
import { asError, cancelled } from "../../invocation/cause.ts";
import { type Part, part } from "../../invocation/part.ts";
import type { Thing } from "../../thing/thing.ts";
import type { TSchema } from "../../typebox.ts";
import type {
  AskStep,
  InvokeStep,
  ParallelStep,
  Procedure,
  RepeatStep,
  SetStep,
  Step,
  TryStep,
  WaitUntilStep,
} from "../procedure/procedure.ts";
import { fillIn, fillInText } from "../procedure/template.ts";
import { invokeNested, writeNested } from "./acts.ts";
import { ConditionWatch } from "./condition-watch.ts";
import { failureOf } from "./failure.ts";
import { leaveSafe } from "./leave-safe.ts";
import type { Pause } from "./pause.ts";
import type { RunRecordings } from "./run-recordings.ts";
import { conditionText, stepText } from "./step-text.ts";
import type { Strand } from "./strand.ts";

/** Told of each step of a run. */
export interface StepWatch {
  began(step: Step): void;
  /** With what it has failed, or was ended, if it was. */
  ended(step: Step, failure?: Error): void;
}

interface Options {
  readonly procedure: Procedure;
  /** The id of its invocation, and who has asked for it. */
  readonly id: string;
  readonly requestedBy: string;
  readonly recordings: RunRecordings;
  readonly pause: Pause;
  readonly watch?: StepWatch | undefined;
  /** Throws `NotFoundError`. */
  thing(name: string): Thing;
  log(level: "info" | "warning" | "error", message: string): void;
  /** So many of the steps that are not within others are done. */
  report(done: number, of: number): void;
}

/** Goes through a procedure; works below the invocation that is the run. */
export class Executor {
  readonly #options: Options;
  /** What steps have come to, by the names that the procedure gives them. */
  readonly #outputs = new Map<string, unknown>();
  /** What it has done something to. */
  readonly #used = new Set<Thing>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** What the steps have come to that have a name. Rejects with what ended it, once its Things are left safe. */
  async run(strand: Strand): Promise<ReadonlyMap<string, unknown>> {
    const { procedure, report } = this.#options;
    const { steps } = procedure;
    try {
      for (const [n, step] of steps.entries()) {
        await this.#step(step, strand);
        report(n + 1, steps.length);
      }
    } catch (error) {
      await this.#fail(asError(error), strand);
      await this.#endRecordings("the run has not come to its end");
      throw error;
    }
    await this.#endRecordings("the run has ended");
    return this.#outputs;
  }

  async #endRecordings(why: string): Promise<void> {
    const { recordings, log } = this.#options;
    for (const { message } of await shield(() => recordings.endAll(why)))
      log("error", `a recording could not be ended in order: ${message}`);
  }

  /** It has failed, or was asked to end. */
  async #fail(error: Error, strand: Strand): Promise<void> {
    const { procedure, pause, log } = this.#options;
    if (pause.asked) log("info", "not paused any more: it ends");
    // What a failure leaves on is seen to now, and not when somebody comes.
    pause.close();
    const ends = () => currentSignal()?.aborted ?? false;
    if (!ends()) {
      log("error", error.message);
      if (procedure.onFailure.length > 0) log("info", "on failure:");
      await this.#steps(procedure.onFailure, strand).catch((failure: unknown) => {
        if (!ends()) log("error", `what is to be done on failure has failed, too: ${asError(failure).message}`);
      });
    }
    const why: unknown = currentSignal()?.reason;
    const reason = why instanceof InvocationCancelledError ? why.reason : undefined;
    // What is cut off is made safe by who has cut it off; in an emergency outputs have values of their own.
    if (ambient()?.work.fence.aborted) return;
    await shield(() => leaveSafe(this.#used, reason === "lease_lost"));
  }

  async #steps(steps: readonly Step[], strand: Strand): Promise<void> {
    for (const step of steps) await this.#step(step, strand);
  }

  async #step(step: Step, strand: Strand): Promise<void> {
    const { watch } = this.#options;
    const { path, line, text, round } = strand.comesTo(step);
    await this.#options.pause.pass(strand);
    // Later rounds are the same: where it is tells which.
    if (round === undefined || round.n === 1) this.#options.log("info", `${path}, line ${line}: ${text}`);
    watch?.began(step);
    try {
      await this.#do(step, strand);
      watch?.ended(step);
    } catch (thrown) {
      const { procedure, log } = this.#options;
      const failure = failureOf(step, asError(thrown), { file: procedure.file, signal: currentSignal(), log });
      watch?.ended(step, failure);
      throw failure;
    }
  }

  #do(step: Step, strand: Strand): Promise<void> {
    const { recordings, id, requestedBy } = this.#options;
    switch (step.kind) {
      case "invoke":
        return this.#invoke(step);
      case "set":
        return this.#set(step);
      case "wait":
        return sleep(step.forMs);
      case "waitUntil":
        return this.#waitUntil(step);
      case "record":
        return recordings.begin(step, id, requestedBy);
      case "stopRecording":
        return recordings.end(step.name, "as the procedure says");
      case "ask":
        return this.#ask(step);
      case "repeat":
        return this.#repeat(step, strand);
      case "parallel":
        return this.#parallel(step, strand);
      case "try":
        return this.#try(step, strand);
    }
  }

  async #invoke(step: InvokeStep): Promise<void> {
    const { action, timeoutMs } = step;
    const thing = this.#options.thing(step.thing);
    const input = fillIn(step.input, this.#outputs);
    const { safe, cancelGraceMs } = thing.actions[action] ?? {};
    if (!safe) this.#used.add(thing);
    const call = () => invokeNested(thing, action, input);
    // In a part of its own: a device that fails, or takes too long, fails the step and not the run.
    const output = await part({ name: stepText(step), timeoutMs, graceMs: cancelGraceMs }, call).result;
    if (step.as !== undefined) this.#outputs.set(step.as, output ?? null);
  }

  async #set(step: SetStep): Promise<void> {
    const thing = this.#options.thing(step.thing);
    const value = fillIn(step.to, this.#outputs);
    this.#used.add(thing);
    await part({ name: stepText(step) }, () => writeNested(thing, step.property, value)).result;
  }

  async #waitUntil(step: WaitUntilStep): Promise<void> {
    const { timeoutMs, condition } = step;
    const watch = this.#watch(step.condition);
    try {
      await part({ name: stepText(step), timeoutMs }, () => watch.met()).result;
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      const words = `${conditionText(condition)} did not come true within ${timeoutMs / 1000} s: ${watch.last}`;
      throw new DeadlineExceededError(words, { cause: error });
    }
  }

  async #ask({ message, schema, timeoutMs, onTimeout, as }: AskStep): Promise<void> {
    const answer = await ask({
      message: fillInText(message, this.#outputs),
      schema: schema as TSchema | undefined,
      ...(timeoutMs !== undefined && { timeoutMs, onTimeout }),
    } as Parameters<typeof ask>[0]);
    if (as !== undefined) this.#outputs.set(as, answer);
  }

  async #repeat({ until, atMost, steps }: RepeatStep, strand: Strand): Promise<void> {
    const watch = until && this.#watch(until);
    for (let n = 1; n <= atMost; n++) {
      const leave = strand.enters(n, atMost);
      try {
        await this.#steps(steps, strand);
        if (await watch?.isMet()) return;
      } finally {
        leave();
      }
      // What is refused at once, or asks no device, would go round and round and let nothing else in, no emergency stop either.
      await sleep(0);
    }
    if (until && watch)
      throw new DeadlineExceededError(`${conditionText(until)} is not so after ${atMost} rounds: ${watch.last}`);
  }

  async #parallel({ path, branches }: ParallelStep, strand: Strand): Promise<void> {
    let first: { readonly branch: Strand; readonly error: unknown } | undefined;
    const parts: Part<void>[] = [];
    const ended = Object.entries(branches).map(async ([name, steps]) => {
      const branch = strand.branch();
      const one = part({ name: `${path}.${name}` }, () => this.#steps(steps, branch));
      parts.push(one);
      try {
        await one.result;
        strand.left(branch);
      } catch (error) {
        if (first) return;
        first = { branch, error };
        const why = cancelled("failed", `the failure of ${path}.${name} beside it`);
        for (const other of parts) if (other !== one) other.end(why);
      }
    });
    await Promise.all(ended);
    strand.joined(first?.branch);
    if (first) throw first.error;
  }

  async #try({ steps, onFailure }: TryStep, strand: Strand): Promise<void> {
    try {
      await this.#steps(steps, strand);
    } catch (error) {
      if (currentSignal()?.aborted) throw error;
      this.#options.log("warning", asError(error).message);
      await this.#steps(onFailure, strand);
    }
  }

  #watch(condition: WaitUntilStep["condition"]): ConditionWatch {
    return new ConditionWatch(this.#options.thing(condition.thing), condition, (message) =>
      this.#options.log("warning", message),
    );
  }
}
