import { NotFoundError } from "../errors.ts";
import { codeField } from "../log-fields.ts";
import type { AnyThing } from "./define.ts";
import { Frames, type Viewer } from "./frames.ts";
import type { Life } from "./life.ts";
import type { LifeOptions } from "./life-options.ts";
import type { Scope } from "./scope.ts";

/** The streams of one Thing; one runs while somebody watches it, and no longer than the Thing is open. */
export class Streams {
  readonly #definition: AnyThing;
  readonly #life: Life;
  readonly #log: LifeOptions["log"];
  readonly #running = new Map<string, Frames>();

  constructor(definition: AnyThing, life: Life, log: LifeOptions["log"]) {
    this.#definition = definition;
    this.#life = life;
    this.#log = log;
  }

  watch(name: string): Viewer {
    if (!Object.hasOwn(this.#definition.streams ?? {}, name)) throw new NotFoundError(`there is no stream ${name}`);
    this.#life.assertReady();
    const running = this.#running.get(name);
    if (running && !running.ended) return running.join();
    const { scope } = this.#life;
    const source = this.#life.openHandlers().stream?.[name];
    if (!scope || !source) throw this.#life.notReady();
    const frames = new Frames();
    const viewer = frames.join();
    this.#running.set(name, frames);
    scope.spawn(() => this.#show(name, frames, source, scope));
    return viewer;
  }

  /** A stream that fails has not failed its Thing: it ends, and the next who watches begins it anew. */
  async #show(name: string, frames: Frames, source: () => AsyncIterable<Uint8Array>, scope: Scope): Promise<void> {
    try {
      // A source that waits for something else than bench time may not notice that the Thing is closed.
      await Promise.race([frames.show(source), scope.whenOver()]);
    } catch (error) {
      frames.end();
      if (scope.over) return;
      const why = error instanceof Error ? error.message : error;
      this.#log("error", `its stream ${name} has ended: ${why}`, codeField(error));
    }
  }
}
