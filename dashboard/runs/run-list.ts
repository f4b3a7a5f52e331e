import { signal } from "@preact/signals";
import type { Connection } from "../../src/client/connection.ts";
import type { BenchEvent } from "../../src/client/events.ts";
import { nextCursor } from "../parts/pages.ts";
import type { Run } from "./shapes.ts";

const pageSize = 50;
/** So many are kept on the page. */
const maxRuns = 500;
/** What an event tells of a run is not all of it: it is read, but no more often; ms. */
const readAgainMs = 500;

/** Runs as they are by now, the newest first: read once, then told of by events. */
export class RunList {
  readonly runs = signal<readonly Run[]>([]);
  readonly problem = signal("");
  /** The cursor of older ones; undefined when there are none. */
  readonly older = signal<string | undefined>(undefined);
  readonly loaded = signal(false);
  readonly #connection: Pick<Connection, "request" | "clock">;
  readonly #waiting = new Set<string>();

  constructor(connection: Pick<Connection, "request" | "clock">) {
    this.#connection = connection;
  }

  /** The newest, in place of all. */
  load(): Promise<void> {
    return this.#page(undefined, []);
  }

  async more(): Promise<void> {
    const next = this.older.peek();
    if (next !== undefined) await this.#page(next, this.runs.peek());
  }

  heard(event: BenchEvent): void {
    if (event.kind === "run") {
      const { id, state, positions } = event;
      const told = positions.map(({ round = null, ...position }) => ({ ...position, round }));
      this.#change(id, (run) => ({ ...run, state, positions: told }));
      this.#readSoon(id);
    } else if (event.kind === "progress" && event.thing === "gateway")
      this.#change(event.id, (run) => ({ ...run, progress: event.progress }));
    else if ((event.kind === "invocation" && event.thing === "gateway") || event.kind === "prompt")
      this.#readSoon(event.id);
  }

  /** One of them, read anew. */
  async read(id: string): Promise<void> {
    await this.#trying(async () => {
      const { body } = await this.#connection.request("GET", `/gateway/runs/${encodeURIComponent(id)}`);
      const others = this.runs.peek().filter((one) => one.id !== id);
      const known = others.length < this.runs.peek().length;
      this.runs.value = known
        ? this.runs.peek().map((one) => (one.id === id ? (body as Run) : one))
        : [body as Run, ...others].slice(0, maxRuns);
    });
  }

  #readSoon(id: string): void {
    if (this.#waiting.has(id)) return;
    this.#waiting.add(id);
    this.#connection.clock.after(readAgainMs, () => {
      this.#waiting.delete(id);
      void this.read(id);
    });
  }

  #change(id: string, change: (run: Run) => Run): void {
    const all = this.runs.peek();
    if (all.some((run) => run.id === id)) this.runs.value = all.map((run) => (run.id === id ? change(run) : run));
  }

  async #page(cursor: string | undefined, before: readonly Run[]): Promise<void> {
    await this.#trying(async () => {
      const { body, headers } = await this.#connection.request("GET", "/gateway/runs", {
        query: { limit: pageSize, cursor },
      });
      const ids = new Set(before.map(({ id }) => id));
      const page = (body as readonly Run[]).filter(({ id }) => !ids.has(id));
      this.runs.value = [...before, ...page.toReversed()].slice(0, maxRuns);
      this.older.value = this.runs.peek().length < maxRuns ? nextCursor(headers) : undefined;
    });
    this.loaded.value = true;
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem.value = "";
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
    }
  }
}
