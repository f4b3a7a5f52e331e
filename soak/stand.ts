import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { readBench } from "../src/gateway/bench.ts";
import type { Config } from "../src/gateway/config.ts";
import { Gateway } from "../src/gateway/gateway.ts";
import { buildApp } from "../src/http/app.ts";
import type { Thing } from "../src/thing/thing.ts";
import { Devices } from "./devices.ts";
import { Roll } from "./roll.ts";
import type { Answer, Rule, Watch } from "./rule.ts";
import type { SoakClock } from "./soak-clock.ts";
import { Tally } from "./tally.ts";

type App = Awaited<ReturnType<typeof buildApp>>;

export interface Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly url: string;
  readonly body?: unknown;
  readonly prefer?: string | undefined;
}

/** So many of the latest lines of the log are told with what went wrong. */
const keptLines = 400;
/** Of real time, where no timer is left; ms. A busy machine is no fault. */
const patienceMs = 60_000;
/** The port listens after this time at the latest, whatever the devices do; and interlocks are read; ms. */
const startMs = 7500;
/** From the sources and from `dist/`. */
const candidates = ["../examples/bench.yaml", "../../examples/bench.yaml"];

/**
 * The demonstration bench, all of it in virtual time: HTTP without sockets, the real gateway, drivers, codecs and
 * connections, and the devices simulated. Whatever happens on it is told to the rules.
 */
export class Stand {
  readonly clock: SoakClock;
  readonly tally = new Tally();
  readonly roll: Roll;
  /** What the rules have found. */
  readonly violations: string[] = [];
  /** The latest of the gateway's log. */
  readonly lines: string[] = [];
  readonly devices: Devices;
  readonly #trace = createHash("sha256");
  readonly #stateDirectory: string;
  readonly #watches: readonly Watch[];
  readonly #waiting = new Map<object, string>();
  #config: Config | undefined;
  #gateway: Gateway | undefined;
  #app: App | undefined;

  private constructor(clock: SoakClock, stateDirectory: string, rules: readonly Rule[]) {
    this.clock = clock;
    this.roll = new Roll(clock);
    this.#stateDirectory = stateDirectory;
    this.#watches = rules.map((rule) => rule.watch(this, (how) => this.#violated(rule, how)));
    this.devices = new Devices(this.clock, {
      opened: (thing) => this.#tell("opened", thing),
      wrote: (thing, bytes) => this.#tell("wrote", thing, bytes),
      heard: (thing) => this.#tell("heard", thing),
    });
  }

  static async open(clock: SoakClock, stateDirectory: string, rules: readonly Rule[]): Promise<Stand> {
    const stand = new Stand(clock, stateDirectory, rules);
    await stand.start();
    return stand;
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error("the gateway is not running");
    return this.#gateway;
  }

  /** A Thing, unless the gateway is starting or has ended. */
  thing(name: string): Thing | undefined {
    return this.#gateway?.things.get(name);
  }

  /** Requests that have not been answered: since when, and what. */
  get unanswered(): readonly string[] {
    return [...this.#waiting.values()];
  }

  /** A hash of what was noted: two runs of one program have the same. */
  get trace(): string {
    return this.#trace.copy().digest("hex").slice(0, 16);
  }

  /** Note what was done or answered; ids differ from run to run. */
  note(text: string): void {
    this.#trace.update(`${this.clock.now()} ${text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id")}\n`);
  }

  async start(): Promise<void> {
    this.#config ??= await readDemonstration(this.devices);
    const config = { ...this.#config, stateDirectory: this.#stateDirectory };
    const gateway = await this.#within(startMs, "start", this.#open(config));
    // No virtual time passes while it is put together.
    this.#app = await buildApp({ gateway, config, clock: this.clock, log: pino({ level: "silent" }) });
    await this.#app.ready();
    this.#gateway = gateway;
    await this.clock.rest();
  }

  /** End the gateway as SIGTERM does; the devices on serial lines go on. */
  async stop(): Promise<void> {
    const { gateway } = this;
    // The chip goes with the gateway, and with it what is on its pins.
    for (const [name, twin] of this.devices.twins) if (!twin.open) gateway.mockFaults?.endAll(name, "the soak");
    await this.#within(gateway.endingMs, "end", gateway.close());
    await this.clock.until(this.#app?.close() ?? Promise.resolve(), patienceMs);
    await this.clock.rest();
    this.#tell("closed");
    this.#gateway = undefined;
  }

  /** Ask, as a client does; the answer comes while time passes. */
  async send({ method, url, body, prefer }: Request): Promise<void> {
    const sentAt = this.clock.now();
    const key = {};
    this.#waiting.set(key, `${method} ${url}, since ${sentAt} ms`);
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const headers = { ...type, ...(prefer !== undefined && { prefer }) };
    void this.#app?.inject({ method, url: encodeURI(url), headers, ...payload }).then(
      ({ statusCode: status, body: text }) => {
        this.#waiting.delete(key);
        this.tally.count("answers", String(status));
        this.note(`${status} ${method} ${url}`);
        this.#tell("answered", { method, url, status, body: text, sentAt } satisfies Answer);
      },
      (error: unknown) => this.violations.push(`${method} ${url} was not answered: ${error}`),
    );
    await this.clock.rest();
  }

  /** After each step of the program: see what is new, then let the rules look at everything. */
  async check(): Promise<void> {
    if (!this.#gateway) return;
    for (const invocation of await this.gateway.invocations.list({})) this.roll.see(invocation);
    for (const watch of this.#watches) await watch.checked?.();
    this.roll.forgetOld();
  }

  async calmed(): Promise<void> {
    for (const watch of this.#watches) await watch.calmed?.();
  }

  log(line: string): void {
    if (this.lines.push(`${(this.clock.now() / 1000).toFixed(3)} ${line}`) > keptLines) this.lines.shift();
  }

  #open(config: Config): Promise<Gateway> {
    const { clock } = this;
    return Gateway.open({
      config,
      catalogue: this.devices,
      clock,
      // Retention and the patience of clients belong to what is tried.
      processClock: clock,
      mock: true,
      log: (thing, level, message) => {
        this.log(`${level} ${thing}: ${message}`);
        this.#tell("logged", thing, level, message);
        if (message.startsWith("EMERGENCY STOP")) this.#tell("tripped");
      },
      suspended: ({ root }) => void (root.record && this.roll.see(root.record)),
    });
  }

  /** A start and an end are bounded in bench time. */
  async #within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
    const from = this.clock.now();
    const result = await this.clock.until(work, patienceMs);
    const took = this.clock.now() - from;
    if (took > ms) this.violations.push(`R1: the ${what} of the gateway took ${took} ms, more than ${ms} ms`);
    return result;
  }

  #tell<K extends keyof Watch>(what: K, ...told: Parameters<NonNullable<Watch[K]>>): void {
    for (const watch of this.#watches) {
      try {
        (watch[what] as ((...told: unknown[]) => void) | undefined)?.(...told);
      } catch (error) {
        // Not to those who run benchd: a rule is no part of it.
        this.violations.push(`a rule failed: ${error instanceof Error ? error.stack : error}`);
      }
    }
  }

  #violated({ number, holds }: Rule, how: string): void {
    this.violations.push(`${number} (${holds}): ${how}`);
  }
}

/** Read it, and load what it names: once time passes, nothing may depend on how fast modules are loaded. */
async function readDemonstration(devices: Devices): Promise<Config> {
  const here = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  const [inSources = "", compiled = ""] = here;
  const config = await readBench(import.meta.url.endsWith(".ts") ? inSources : compiled, devices, { mock: true });
  for (const { driver, twin } of config.things.values()) {
    await devices.definition(driver);
    await devices.twin(driver, twin);
  }
  return config;
}
