import { asError } from "../../invocation/cause.ts";
import type { RecordStep } from "../procedure/procedure.ts";

/** What makes recordings. */
export interface Recorder {
  start(wish: {
    readonly name: string;
    readonly properties: RecordStep["properties"];
    /** Undefined: on change. */
    readonly everyMs: number | undefined;
    /** The invocation it belongs to. */
    readonly run: string;
    readonly by: string;
  }): RunRecording;
}

/** What a recording is to a run. */
interface RunRecording {
  readonly id: string;
  stop(why: string): unknown;
}

/** The recordings of a run, by their names in its procedure. */
export class RunRecordings {
  readonly #recorder: Recorder;
  readonly #open = new Map<string, RunRecording>();
  readonly #all: { readonly name: string; readonly id: string }[] = [];

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Those that have ended, too. */
  get all(): readonly { readonly name: string; readonly id: string }[] {
    return this.#all;
  }

  /** One of that name that is open is ended before. */
  async begin({ name, properties, everyMs }: RecordStep, run: string, by: string): Promise<void> {
    await this.end(name, "recorded anew");
    const recording = this.#recorder.start({ name, properties, everyMs, run, by });
    this.#open.set(name, recording);
    this.#all.push({ name, id: recording.id });
    if (this.#all.length > maxTold) this.#all.shift();
  }

  async end(name: string, why: string): Promise<void> {
    const recording = this.#open.get(name);
    this.#open.delete(name);
    await recording?.stop(why);
  }

  /** Never rejects; what could not be ended in order is returned. */
  async endAll(why: string): Promise<readonly Error[]> {
    const ended = await Promise.allSettled([...this.#open.keys()].map((name) => this.end(name, why)));
    return ended.flatMap((one) => (one.status === "rejected" ? [asError(one.reason)] : []));
  }
}

/** A repetition may begin one in each of its rounds. */
const maxTold = 100;
