import type { LogLevel } from "../../context.ts";
import { placed } from "../../experiment/procedure/mistakes.ts";
import type { Mistake, Procedure, Step } from "../../experiment/procedure/procedure.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import { cut } from "../../readable.ts";
import type { Timeline } from "./timeline.ts";

/** A bench that is in trouble tells the same again and again. */
const maxTroubles = 50;
const maxMessage = 500;

interface Trouble {
  readonly step: Step | undefined;
  readonly message: string;
}

/** What has gone wrong in a dry run, and in which step. */
export class Troubles {
  readonly #procedure: Procedure;
  readonly #logged: Trouble[] = [];
  #timeline: Timeline | undefined;

  constructor(procedure: Procedure) {
    this.#procedure = procedure;
  }

  /** From now on what goes wrong has to do with the run. */
  begin(timeline: Timeline): void {
    this.#timeline = timeline;
  }

  /**
   * What the bench says beside any invocation. As an error it says that something was taken out of the run's hands: an
   * interlock has tripped, an output was on for too long.
   */
  logged(thing: string, level: LogLevel, message: string): void {
    const timeline = this.#timeline;
    if (!timeline || level !== "error" || this.#logged.length >= maxTroubles) return;
    if (this.#logged.some((known) => known.message.endsWith(message))) return;
    this.#logged.push({ step: timeline.here, message: thing ? `${thing}: ${message}` : message });
  }

  /** All that speaks against a run that has ended so. */
  of({ status, error }: Pick<Invocation, "status" | "error">): readonly Mistake[] {
    const timeline = this.#timeline;
    if (status === "completed" || !timeline || !error) return this.#logged.map((one) => this.#told(one));
    const { step, message } = timeline.failureOf(error);
    const others = this.#logged.filter((one) => !message.includes(withoutThing(one.message)));
    return [{ step, message }, ...others].map((one) => this.#told(one));
  }

  /** Something that is wrong with where the run is now. */
  here(message: string): Mistake {
    return this.#told({ step: this.#timeline?.here, message });
  }

  #told({ step, message }: Trouble): Mistake {
    const { file } = this.#procedure;
    return { at: step ? placed(file, step.place) : file, step: step?.path ?? "", message: cut(message, maxMessage) };
  }
}

const withoutThing = (message: string) => message.replace(/^[a-z][a-z0-9_]*: /, "");
