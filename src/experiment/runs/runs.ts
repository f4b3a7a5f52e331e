import { type Asker, named } from "../../asker.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { LaneFullError, NotFoundError } from "../../errors.ts";
import type { RunEvent } from "../../events/of-experiment.ts";
import type { Call } from "../../invocation/call.ts";
import { asError } from "../../invocation/cause.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import type { Asked } from "../../thing/action-calls.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Ground } from "../ground.ts";
import { checkProcedure } from "../procedure/check.ts";
import { procedureError } from "../procedure/mistakes.ts";
import type { Procedure, Step } from "../procedure/procedure.ts";
import type { StepWatch } from "./executor.ts";
import { Run } from "./run.ts";
import { type RunInput, runAction, runThing } from "./run-record.ts";
import type { Recorder } from "./run-recordings.ts";
import { actsOf } from "./steps-of.ts";

/** What somebody wants to be run. */
export interface RunWish extends Asked {
  readonly procedure: Procedure;
  /** The text it was read from, where no library keeps that. */
  readonly document?: string | undefined;
  /** As a dry run has foretold; milliseconds of bench time. */
  readonly expectedMs?: number | undefined;
  /** Told of each step as it begins and ends. */
  readonly watch?: StepWatch | undefined;
  readonly startsAfter?: Call["startsAfter"];
}

/** Why a step would not be done now. */
export interface Objection {
  readonly step: Step;
  readonly error: Error;
}

/** At a time. */
const maxRuns = 20;
/** Runs are asked for long after they have ended. */
const retentionMs = 24 * 60 * 60 * 1000;
/** What actions may take to clean up, unless they say otherwise, and then outputs to go safe. */
const usualGraceMs = 5000;
const leavingMs = 5000;

/** What goes through procedures. A run is an invocation beside all lanes, and each thing that it does a step of that. */
export class Runs {
  readonly #ground: Ground;
  readonly #recorder: Recorder;
  readonly #runs = new Map<string, Run>();

  constructor(ground: Ground, recorder: Recorder) {
    this.#ground = ground;
    this.#recorder = recorder;
  }

  /** Those that have not ended. */
  get all(): readonly Run[] {
    return [...this.#runs.values()];
  }

  /** One that has not ended; the others are invocations of the history. */
  find(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** Throws `NotFoundError`. */
  get(id: string): Run {
    const run = this.#runs.get(id);
    if (run) return run;
    throw new NotFoundError(`there is no run ${id} under way`);
  }

  /** Begin no further step of it. Throws `NotFoundError`. */
  pause(id: string, by: Asker): Run {
    const run = this.get(id);
    run.pause();
    this.#note(run, "run.paused", by);
    return run;
  }

  /** Throws `NotFoundError`. */
  resume(id: string, by: Asker): Run {
    const run = this.get(id);
    run.resume();
    this.#note(run, "run.resumed", by);
    return run;
  }

  #note({ invocation, procedure, owner }: Run, what: string, by: Asker): void {
    const { name } = named(by);
    invocation.write("info", owner.name, `${what === "run.paused" ? "paused" : "resumed"} by ${name}`);
    this.#ground.audit.note({ by, what, detail: `${procedure.title} (${invocation.id})` });
  }

  /**
   * Begin one. Throws at once what keeps it from being accepted, and nothing has moved then: a `ProcedureError` for what it
   * cannot do with these Things, and what each of its steps would be refused with if it were asked for now.
   */
  start({ procedure, document, expectedMs, watch, ...asked }: RunWish): Invocation {
    const mistakes = checkProcedure(procedure, this.#ground.things);
    if (mistakes.length > 0) throw procedureError(procedure.file, mistakes);
    if (this.#runs.size >= maxRuns)
      throw new LaneFullError(`${maxRuns} runs are under way already: try again when one of them has ended`);
    for (const { error } of this.objections(procedure, asked)) throw error;
    const run = new Run({
      ...{ procedure, expectedMs, watch, recorder: this.#recorder },
      thing: (name) => this.#thing(name),
      changed: (one) => this.#tell(one),
    });
    const invocation = this.#ground.scheduler.request({
      ...asked,
      owner: run.owner,
      lanes: [],
      name: runAction,
      operation: "invoke",
      kind: "run",
      rules: { retentionMs, cancelGraceMs: this.#graceMs(procedure) },
      input: inputOf(run, document),
      // It is known by its invocation, which there is once this returns.
      run: () => Promise.resolve().then(() => run.perform()),
    });
    run.invocation = invocation;
    this.#runs.set(invocation.id, run);
    const by = { name: asked.requestedBy, from: asked.requestedFrom };
    this.#ground.audit.note({ by, what: "run.started", detail: `${procedure.title} (${invocation.id})` });
    this.#tell(run);
    void invocation.over.then(() => this.#over(run));
    return invocation;
  }

  /** What its steps would be refused with if they were asked for now; each by the first guard that objects. */
  *objections(procedure: Procedure, asked: Asked): Iterable<Objection> {
    const { requestedBy, leases = [] } = asked;
    const calibrated = new Set<string>();
    const acts = actsOf(procedure);
    if (acts.length === 0) yield* this.#objectionsToIdle(procedure, asked);
    for (const step of acts) {
      const invokes = step.kind === "invoke";
      const {
        urgent = false,
        safe = false,
        calibrates = false,
      } = (invokes && this.#thing(step.thing).actions[step.action]) || {};
      // What the run calibrates itself is calibrated by then.
      if (calibrates) calibrated.add(step.thing);
      const request = {
        ...{ thing: step.thing, takes: [step.thing], held: [], nested: false, itself: false },
        ...(invokes
          ? ({ operation: "invoke", affordance: step.action } as const)
          : ({ operation: "write", affordance: step.property } as const)),
        ...{ urgent, safe, calibrates: calibrated.has(step.thing), requestedBy, leases },
      };
      try {
        this.#ground.scheduler.assertAdmits(request);
      } catch (error) {
        yield { step, error: asError(error) };
      }
    }
  }

  /** It does nothing to any Thing, and yet cannot be begun while the emergency stop is latched. */
  *#objectionsToIdle({ steps: [step] }: Procedure, { requestedBy, leases = [] }: Asked): Iterable<Objection> {
    if (!step) return;
    try {
      this.#ground.scheduler.assertAdmits({
        ...{ thing: runThing, takes: [runThing], held: [], nested: false, itself: false, operation: "invoke" },
        ...{ affordance: runAction, urgent: false, safe: false, calibrates: false, requestedBy, leases },
      });
    } catch (error) {
      yield { step, error: asError(error) };
    }
  }

  /** So long the longest of its actions may take to end, and its outputs to go safe. */
  #graceMs(procedure: Procedure): number {
    const used = [...new Set(actsOf(procedure).map(({ thing }) => thing))].map((name) => this.#thing(name));
    const graces = used.flatMap(({ actions }) => Object.values(actions).map(({ cancelGraceMs = 0 }) => cancelGraceMs));
    const leaving = Math.max(0, ...used.map(({ safety }) => safety.afterMs)) + leavingMs;
    return Math.max(usualGraceMs, ...graces) + leaving;
  }

  #thing(name: string): Thing {
    const { things } = this.#ground;
    const thing = things.get(name);
    if (!thing) throw new NotFoundError(`there is no Thing ${name}${didYouMean(name, things.keys())}`);
    return thing;
  }

  #tell(run: Run): void {
    const { id } = run.invocation;
    this.#ground.events.changed({ key: `run ${id}`, about: id, event: () => eventOf(run) });
  }

  #over(run: Run): void {
    const { id } = run.invocation;
    this.#runs.delete(id);
    this.#ground.events.tell(eventOf(run), [id]);
  }
}

const eventOf = ({ invocation: { id }, procedure: { title }, state, things, positions }: Run): RunEvent => ({
  kind: "run",
  ...{ id, title, state, things, positions },
});

const inputOf = ({ procedure, things, expectedMs }: Run, document: string | undefined): RunInput => {
  const { title, file, sha256, parameters } = procedure;
  return { title, file, sha256, parameters, things, expectedMs: expectedMs ?? null, document: document ?? null };
};
