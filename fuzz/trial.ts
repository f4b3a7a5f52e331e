import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tally } from "../soak/tally.ts";
import { type Fuzzed, fuzz, type Violation } from "./fuzz.ts";
import { type Examined, GatewayProcess } from "./gateway-process.ts";
import { learn } from "./learn.ts";
import type { Surface } from "./surface.ts";
import { Upkeep } from "./upkeep.ts";
import { grown, type Weighed } from "./weighing.ts";

/** What clients were promised, and nobody asks for any more, is gone by then; ms. */
const calmMs = 8000;
/** An emergency stop each time so many requests have been sent. */
const stopEvery = 2000;
/** So much of a run is the warm-up, in which nearly all code is met. */
const warmUp = 0.25;

export interface TrialOptions {
  readonly seed: number;
  readonly requests: number;
  /** The number of the first case. */
  readonly from?: number;
  /** Whether to hold its memory at the end against that before. */
  readonly weighs: boolean;
  progress?(requests: number, violations: number): void;
}

export interface Tried {
  readonly requests: number;
  readonly connections: number;
  readonly tally: Tally;
  readonly stops: readonly number[];
  readonly violations: readonly Violation[];
  /** Undefined where it was not to be, or something was wrong before. */
  readonly weighed: Weighed | undefined;
}

/** Fuzz a gateway of its own, from its start to its end, and see that all is well then. */
export async function trial(options: TrialOptions): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), "benchd-fuzz-"));
  const gateway = await GatewayProcess.start(folder);
  const upkeep = new Upkeep(gateway.port);
  try {
    const surface = await learn(gateway.routes, upkeep);
    return await new Trial(options, gateway, upkeep, surface, [folder]).run();
  } finally {
    upkeep.close();
    await gateway.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Trial {
  readonly #options: TrialOptions;
  readonly #gateway: GatewayProcess;
  readonly #upkeep: Upkeep;
  readonly #surface: Surface;
  readonly #secrets: readonly string[];
  readonly #tally = new Tally();
  readonly #violations: Violation[] = [];
  readonly #over = new AbortController();
  #requests = 0;
  #connections = 0;
  #next: number;

  constructor(
    options: TrialOptions,
    gateway: GatewayProcess,
    upkeep: Upkeep,
    surface: Surface,
    secrets: readonly string[],
  ) {
    this.#options = options;
    this.#gateway = gateway;
    this.#upkeep = upkeep;
    this.#surface = surface;
    this.#secrets = secrets;
    this.#next = options.from ?? 0;
    void gateway.ended.then(() => this.#over.abort());
  }

  async run(): Promise<Tried> {
    const { requests, weighs } = this.#options;
    let weighed: Weighed | undefined;
    try {
      if (weighs) weighed = await this.#weigh();
      else await this.#send(requests);
      this.#note(await this.#upkeep.allWell(this.#surface));
    } catch (error) {
      this.#note([error instanceof Error ? error.message : String(error)]);
    }
    this.#note(weighed ? grown(weighed) : []);
    const [tally, violations, stops] = [this.#tally, this.#violations, this.#upkeep.stops];
    return { requests: this.#requests, connections: this.#connections, tally, stops, violations, weighed };
  }

  /** Send all of it, and tell what the gateway held meanwhile. */
  async #weigh(): Promise<Weighed | undefined> {
    const { requests } = this.#options;
    await this.#send(requests * warmUp);
    const warm = await this.#calm();
    await this.#send((requests - this.#requests) / 2);
    const middle = await this.#calm();
    await this.#send(requests - this.#requests);
    return this.#violations.length === 0 ? { warm, middle, end: await this.#calm() } : undefined;
  }

  async #send(requests: number): Promise<void> {
    if (requests <= 0 || this.#violations.length > 0) return;
    const before = this.#requests;
    const fuzzed: Fuzzed = await fuzz({
      ...{ port: this.#gateway.port, surface: this.#surface, secrets: this.#secrets, tally: this.#tally },
      ...{ seed: this.#options.seed, from: this.#next, requests, signal: this.#over.signal },
      every: { requests: stopEvery, look: (sent) => this.#look(before + sent) },
    });
    this.#requests += fuzzed.requests;
    this.#connections += fuzzed.connections;
    this.#next = fuzzed.next;
    this.#violations.push(...fuzzed.violations);
  }

  /** In the middle of everything. */
  async #look(sent: number): Promise<readonly string[]> {
    const stopped = await this.#upkeep.stop();
    const tidied = await this.#upkeep.tidy(this.#surface);
    this.#options.progress?.(sent, this.#violations.length);
    return [...stopped, ...tidied, ...this.#gateway.faults.splice(0)];
  }

  /** With everything in order, nothing going on, and what is kept for a while gone. */
  async #calm(): Promise<Examined> {
    this.#note(await this.#upkeep.allWell(this.#surface));
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    return this.#gateway.examine();
  }

  /** What the gateway tells of itself, too. */
  #note(wrong: readonly string[]): void {
    const all = [...wrong, ...this.#gateway.faults.splice(0)];
    if (all.length > 0)
      this.#violations.push({ number: this.#next - 1, what: "the gateway, by then", wrong: all, sent: "", came: "" });
  }
}
