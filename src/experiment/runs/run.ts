import { DefinitionError } from "../../errors.ts";
import type { RunEvent } from "../../events/of-experiment.ts";
import { RunOverError } from "../../experiment-errors.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import type { LaneOwner } from "../../invocation/lane-owner.ts";
import type { Position } from "../../invocation/record.ts";
import { isTerminal } from "../../invocation/state.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Procedure } from "../procedure/procedure.ts";
import { Executor, type StepWatch } from "./executor.ts";
import { Pause } from "./pause.ts";
import { runThing } from "./run-record.ts";
import { type Recorder, RunRecordings } from "./run-recordings.ts";
import { thingsOf } from "./steps-of.ts";
import { Strand } from "./strand.ts";

/** `pausing`: what has begun goes on to its end, then it is `paused`. */
export type RunState = RunEvent["state"];

interface Options {
  readonly procedure: Procedure;
  readonly expectedMs: number | undefined;
  readonly watch: StepWatch | undefined;
  readonly recorder: Recorder;
  thing(name: string): Thing;
  /** It has come to another step, or another state. */
  changed(run: Run): void;
}

/** A procedure while it is gone through. */
export class Run {
  readonly procedure: Procedure;
  /** As a dry run has foretold; milliseconds of bench time. */
  readonly expectedMs: number | undefined;
  /** Whoever may use all of these may use it. */
  readonly things: readonly string[];
  readonly owner: LaneOwner;
  readonly recordings: RunRecordings;
  readonly #options: Options;
  readonly #pause = new Pause();
  readonly #strand: Strand;
  #invocation: Invocation | undefined;
  #waits: (() => void) | undefined;

  constructor(options: Options) {
    const { procedure, expectedMs, recorder } = options;
    this.#options = options;
    this.procedure = procedure;
    this.expectedMs = expectedMs;
    this.things = thingsOf(procedure);
    this.owner = ownerOf(this.things);
    this.recordings = new RunRecordings(recorder);
    this.#strand = new Strand(() => this.#moved());
  }

  /** What it is to everybody else. */
  get invocation(): Invocation {
    if (!this.#invocation) throw new DefinitionError("this run has not been asked for");
    return this.#invocation;
  }
  set invocation(invocation: Invocation) {
    this.#invocation = invocation;
  }

  get state(): RunState {
    const { status } = this.invocation;
    if (status !== "running" || !this.#pause.asked) return status;
    return this.#strand.stands ? "paused" : "pausing";
  }

  /** Where it is; several where it does several things at a time. */
  get positions(): readonly Position[] {
    return this.#invocation?.positions ?? [];
  }

  /** Begin no further step. Throws `RunOverError` when it has ended, or is about to. */
  pause(): void {
    this.#assertGoesOn("paused");
    this.#pause.begin();
    this.#moved();
  }

  /** Go on. Throws `RunOverError` when it has ended, or is about to. */
  resume(): void {
    this.#assertGoesOn("resumed");
    this.#pause.end();
    this.#moved();
  }

  /** What the invocation does. */
  async perform(): Promise<object> {
    const { procedure, thing, watch } = this.#options;
    const { invocation } = this;
    const { id, requestedBy } = invocation;
    const { file, sha256 } = procedure;
    invocation.write("info", this.owner.name, `runs ${file} (${sha256.slice(0, 12)})`);
    const executor = new Executor({
      ...{ procedure, id, requestedBy, thing, watch },
      ...{ recordings: this.recordings, pause: this.#pause },
      log: (level, message) => invocation.write(level, this.owner.name, message),
      report: (done, of) => invocation.report({ done, of }),
    });
    const outputs = await executor.run(this.#strand);
    return { recordings: this.recordings.all, values: told(outputs) };
  }

  #assertGoesOn(what: string): void {
    const { id, status } = this.invocation;
    const over = isTerminal(status) ? status : this.#pause.over ? "about to end" : undefined;
    if (over !== undefined) throw new RunOverError(`the run ${id} is ${over}: it can no more be ${what}`);
  }

  #moved(): void {
    const { invocation } = this;
    invocation.stands(this.#strand.positions);
    const paused = this.state === "paused";
    if (paused) this.#waits ??= invocation.waitsFor("resume");
    else if (this.#waits) {
      this.#waits();
      this.#waits = undefined;
    }
    this.#options.changed(this);
  }
}

/** No Thing: it stands for those that it uses, has no device, and nothing to be left safe. */
const ownerOf = (things: readonly string[]): LaneOwner => ({
  name: runThing,
  standsFor: things,
  generation: 0,
  safetySteps: () => [],
  quarantine() {},
});

/** More of what steps have come to is not told at the end; as JSON. */
const maxTold = 64 * 1024;

function told(outputs: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> | null {
  const values = Object.fromEntries(outputs);
  return (JSON.stringify(values)?.length ?? 0) > maxTold ? null : values;
}
