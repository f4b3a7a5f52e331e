import { effect, untracked } from "@preact/signals";
import type { Timer } from "../../src/client/clock.ts";
import { RefusedError, UnreachableError } from "../../src/client/errors.ts";
import type { Bench } from "./bench.ts";
import { distrustsClock, healthIn, unknownNow } from "./health.ts";
import { loadAbout } from "./load.ts";

/** No event tells how the gateway itself is: it is asked so often while somebody looks, and waited for so long; ms. */
const [everyMs, patienceMs] = [20_000, 10_000];

/** Whether anybody looks: a document. */
interface Seen {
  readonly hidden: boolean;
  addEventListener(what: "visibilitychange", heard: () => void): void;
  removeEventListener(what: "visibilitychange", heard: () => void): void;
}

/**
 * Keeps `bench.health` as the gateway tells it: asked when the bench was read, when somebody looks again, and now and then.
 * One request at a time, and none while the connection is lost. Returns how to end that.
 */
export function watchHealth(bench: Bench, page: Seen): () => void {
  const watch = new Watch(bench, page);
  const look = () => watch.look();
  page.addEventListener("visibilitychange", look);
  const end = effect(() => {
    const live = bench.about.value !== undefined && bench.link.value.state === "live";
    untracked(() => (live ? watch.look() : watch.rest()));
  });
  return () => {
    page.removeEventListener("visibilitychange", look);
    end();
    watch.rest();
  };
}

class Watch {
  readonly #bench: Bench;
  readonly #page: Seen;
  #asking: AbortController | undefined;
  #next: Timer | undefined;

  constructor(bench: Bench, page: Seen) {
    this.#bench = bench;
    this.#page = page;
  }

  look(): void {
    const { about, link } = this.#bench;
    if (!this.#page.hidden && about.peek() && link.peek().state === "live") void this.#ask();
  }

  rest(): void {
    this.#next?.cancel();
    this.#asking?.abort();
    this.#asking = undefined;
  }

  async #ask(): Promise<void> {
    this.rest();
    const { clock } = this.#bench.connection;
    const asking = new AbortController();
    this.#asking = asking;
    const late = clock.after(patienceMs, () => asking.abort(new UnreachableError("no answer has come")));
    try {
      await this.#once(asking.signal);
    } catch (error) {
      const { health } = this.#bench;
      if (this.#asking === asking) health.value = unknownNow(health.peek(), error);
    } finally {
      late.cancel();
      if (this.#asking === asking) this.#next = clock.after(everyMs, () => this.look());
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { connection, health, about } = this.#bench;
    const answer = await connection.get("/health", { signal }).catch((error) => {
      if (error instanceof RefusedError) return error;
      throw error;
    });
    signal.throwIfAborted();
    const [before, now] = [health.peek(), healthIn(answer)];
    health.value = now;
    const isNews =
      distrustsClock(before) !== distrustsClock(now) && about.peek()?.clock.trusted === distrustsClock(now);
    // Somebody has set it, perhaps: then what goes by it is wrong.
    if (isNews) await loadAbout(this.#bench, signal);
  }
}
