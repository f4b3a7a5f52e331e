import { computed, effect, type Signal, signal } from "@preact/signals";
import { RefusedError } from "../../../src/client/errors.ts";
import type { Bench } from "../../bench/bench.ts";
import type { InvocationState } from "../../bench/invocation-state.ts";
import { refusalOf } from "../../bench/load.ts";
import { takeOver, type WholeInvocation } from "./told.ts";

/** What events do not tell, such as its place in the queue, is read so often while it goes on, or waits; ms. */
const everyMs = { running: 2000, pending: 5000 } as const;

/** All of an invocation, read when it is looked at, when its status is another, and now and then while it goes on. */
export class Whole {
  readonly #bench: Bench;
  readonly #id: string;
  readonly read: Signal<WholeInvocation | undefined> = signal(undefined);
  /** Of the bench, or one that is only known by reading it. */
  readonly state: Signal<InvocationState | undefined>;
  readonly failed = signal("");
  /** Of its log all before has been read; events may leave out some of the rest. */
  #logRead = 0;

  constructor(bench: Bench, id: string) {
    this.#bench = bench;
    this.#id = id;
    this.state = signal(bench.invocations.peek().get(id));
  }

  /** Until that what it returns is called. */
  watch(): () => void {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading = false;
    let again = false;
    const read = async () => {
      clearTimeout(timer);
      again = reading;
      if (reading) return;
      reading = true;
      await this.#readOnce(leaving.signal);
      reading = false;
      if (leaving.signal.aborted) return;
      if (again) void read();
      else
        this.#later((ms) => {
          timer = setTimeout(() => void read(), ms);
        });
    };
    // Only another status is a reason to read it: what is read is told again, and would be read for ever.
    const known = computed(() => this.#bench.invocations.value.get(this.#id));
    const status = computed(() => known.value?.told.value.status);
    const end = effect(() => {
      if (known.value) this.state.value = known.value;
      void status.value;
      // What was told meanwhile is missing since the connection was lost.
      if (this.#bench.about.value && this.#bench.link.value.state === "live") void read();
    });
    return () => {
      end();
      clearTimeout(timer);
      leaving.abort();
    };
  }

  /** When it is to be read again; not once it has ended. */
  #later(after: (ms: number) => void): void {
    const status = this.state.peek()?.told.peek().status;
    if (status === "pending" || status === "running") after(everyMs[status]);
  }

  async #readOnce(signal: AbortSignal): Promise<void> {
    try {
      const whole = await this.#get(signal);
      const known = this.#bench.invocations.peek().get(this.#id) ?? this.state.peek();
      this.state.value = takeOver(this.#bench, whole, known);
      this.#logRead = (whole.log.at(-1)?.seq ?? this.#logRead - 1) + 1;
      this.read.value = whole;
      this.failed.value = "";
    } catch (error) {
      if (!signal.aborted) this.failed.value = refusalOf(error);
    }
  }

  /** As it stands in the list; else in the history, which forgets later. */
  async #get(signal: AbortSignal): Promise<WholeInvocation> {
    const { connection, about } = this.#bench;
    const id = encodeURIComponent(this.#id);
    try {
      const path = `${about.peek()?.prefix ?? ""}/action_invocations/${id}`;
      return (await connection.get(path, { signal, query: { log_since: this.#logRead } })) as WholeInvocation;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 404) throw error;
      return (await connection.get(`/gateway/history/${id}`, { signal })) as WholeInvocation;
    }
  }
}
