import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "../../clock.ts";
import type { Probe } from "../../gateway/health.ts";

/** What a limit keeps from whom it bites. */
export type Bite = "connections" | "pipelined" | "requests" | "failures";

const words: Readonly<Record<Bite, string>> = {
  connections: "has too many connections, and loses some",
  pipelined: "asks for more on one connection than is answered, and is hung up on",
  requests: "asks too often, and is told to wait",
  failures: "asks without a right token too often, and is told to wait",
};
const quietMs = 60_000;
/** Of so many it is remembered when they were told of. */
const maxTold = 1000;

/** Whom limits bite: counted for `/health`, and told of in the log once a minute for each. */
export class Bites implements Probe {
  readonly name = "limits";
  readonly restartHelps = false;
  readonly #clock: Clock;
  readonly #log: Pick<FastifyBaseLogger, "warn">;
  readonly #counts: Record<Bite, number> = { connections: 0, pipelined: 0, requests: 0, failures: 0 };
  readonly #told = new Map<string, number>();
  #measured: () => Readonly<Record<string, number>> = () => ({});

  constructor(clock: Clock, log: Pick<FastifyBaseLogger, "warn">) {
    this.#clock = clock;
    this.#log = log;
  }

  /** What is told beside the counts. */
  measure(figures: () => Readonly<Record<string, number>>): void {
    this.#measured = figures;
  }

  note(bite: Bite, who: string): void {
    this.#counts[bite]++;
    const key = `${bite} ${who}`;
    const now = this.#clock.now();
    const before = this.#told.get(key);
    if (before !== undefined && now - before < quietMs) return;
    this.#told.delete(key);
    const [oldest] = this.#told.keys();
    if (oldest !== undefined && this.#told.size >= maxTold) this.#told.delete(oldest);
    this.#told.set(key, now);
    this.#log.warn({ who, limit: bite }, `${who} ${words[bite]}`);
  }

  /** What a client does is no reason to start again. */
  check(): undefined {
    return undefined;
  }

  figures(): Readonly<Record<string, number>> {
    const { connections, pipelined, requests, failures } = this.#counts;
    return {
      ...this.#measured(),
      connectionsEnded: connections + pipelined,
      requestsRefused: requests,
      failuresRefused: failures,
    };
  }
}
