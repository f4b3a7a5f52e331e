import { createHash } from "node:crypto";
import pino from "pino";
import { named } from "../src/asker.ts";
import type { Config } from "../src/gateway/config/config.ts";
import type { EmergencyStop } from "../src/gateway/emergency-stop.ts";
import { Gateway } from "../src/gateway/gateway.ts";
import { buildApp } from "../src/http/app.ts";
import type { Thing } from "../src/thing/thing.ts";
import { readSoakBench } from "./bench.ts";
import { Book } from "./book.ts";
import { Devices } from "./devices.ts";
import { Disk } from "./disk.ts";
import { Roll } from "./roll.ts";
import type { Answer, Request, Rule, Watch } from "./rule.ts";
import type { SoakClock } from "./soak-clock.ts";
import { Tally } from "./tally.ts";
import { WallClock } from "./wall-clock.ts";

type App = Awaited<ReturnType<typeof buildApp>>;

/** So many of the latest lines of the log are told with what went wrong. */
const keptLines = 400;
/** Of real time, where no timer is left; ms. A busy machine is no fault. */
const patienceMs = 60_000;
/** The port listens after this time at the latest, whatever the devices do; and interlocks are read; ms. */
const startMs = 7500;
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
  readonly disk: Disk;
  readonly wall: WallClock;
  /** What the clients remember. */
  readonly book = new Book();
  readonly #trace = createHash("sha256");
  readonly #watches: readonly Watch[];
  readonly #waiting = new Map<object, string>();
  #config: Config | undefined;
  #gateway: Gateway | undefined;
  #app: App | undefined;

  constructor(clock: SoakClock, stateDirectory: string, rules: readonly Rule[]) {
    this.clock = clock;
    this.roll = new Roll(clock);
    this.disk = new Disk(stateDirectory, clock);
    this.wall = new WallClock(clock);
    this.#watches = rules.map((rule) => rule.watch(this, (how) => this.#violated(rule, how)));
    this.devices = new Devices(this.clock, {
      opened: (thing) => this.#tell("opened", thing),
      wrote: (thing, bytes) => this.#tell("wrote", thing, bytes),
      heard: (thing) => this.#tell("heard", thing),
      level: (thing, pin, on) => this.#tell("level", thing, pin, on),
    });
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error("the gateway is not running");
    return this.#gateway;
  }

  /** It has started, and has not begun to end. */
  get isRunning(): boolean {
    return this.#gateway !== undefined && !this.#gateway.closing;
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
    this.#config ??= await readSoakBench(this.devices);
    const config = { ...this.#config, stateDirectory: this.disk.directory };
    const gateway = await this.#within(startMs, "start", this.#open(config));
    // No virtual time passes while it is put together.
    this.#app = await buildApp({ gateway, config, clock: this.clock, log: pino({ level: "silent" }) });
    await this.#app.ready();
    this.#hear(gateway.emergencyStop);
    this.#gateway = gateway;
    await this.clock.rest();
    for (const watch of this.#watches) await watch.started?.();
  }

  /** End the gateway as SIGTERM does; the devices on serial lines go on. */
  async stop(): Promise<void> {
    const { gateway } = this;
    this.#tell("closing");
    // The chip goes with the gateway, and with it what is on its pins.
    for (const [name, twin] of this.devices.twins) if (!twin.open) gateway.mockFaults?.endAll(name, "the soak");
    await this.#within(gateway.endingMs, "end", gateway.close());
    await this.clock.until(this.#app?.close() ?? Promise.resolve(), patienceMs);
    await this.clock.rest();
    this.#tell("closed");
    this.#gateway = undefined;
    this.roll.forgetAll();
  }

  /** End it, and start it again after `ms`. */
  async restart(ms: number): Promise<void> {
    await this.stop();
    await this.clock.advance(ms);
    await this.start();
  }

  /** Nobody needs it any more. */
  end(): void {
    this.wall.end();
    this.devices.close();
  }

  /** Ask, as a client does; the answer comes while time passes. */
  async send(request: Request): Promise<void> {
    this.post(request);
    await this.clock.rest();
  }

  /** As `send`, without waiting for anything: more may be asked in the same turn. */
  post(asked: Request): void {
    // Whoever is told tells this one from others like it.
    const request = { ...asked };
    const { method, url, body } = request;
    const sentAt = this.clock.now();
    const key = {};
    this.#waiting.set(key, `${method} ${url}, since ${sentAt} ms`);
    this.book.asked(request);
    this.#tell("asked", request);
    if (method === "POST" && url.startsWith("/emergency_stop")) this.#tell("pressed");
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    void this.#app?.inject({ method, url: encodeURI(url), headers: headersOf(request), ...payload }).then(
      ({ statusCode: status, body: text, headers }) => {
        this.#waiting.delete(key);
        this.tally.count("answers", String(status));
        this.note(`${status} ${method} ${url}`);
        const replayed = headers["idempotent-replayed"] !== undefined;
        const answer: Answer = { request, method, url, status, body: text, sentAt, replayed };
        this.book.answered(answer);
        this.#tell("answered", answer);
      },
      (error: unknown) => this.violations.push(`${method} ${url} was not answered: ${error}`),
    );
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
      uptime: () => clock.now(),
      clockTrusted: () => this.wall.isRight,
      connect: this.disk.connect,
      mock: true,
      log: (thing, level, message) => {
        this.log(`${level} ${thing}: ${message}`);
        this.#tell("logged", thing, level, message);
      },
      suspended: ({ root }) => void (root.record && this.roll.see(root.record)),
    });
  }

  /** Every press, by HTTP or the button: not each of many is logged. */
  #hear(emergencyStop: EmergencyStop): void {
    const trip = emergencyStop.trip.bind(emergencyStop);
    emergencyStop.trip = (by, why) => {
      const report = trip(by, why);
      this.#tell("tripped", named(by).name);
      return report;
    };
  }

  /** A start and an end are bounded in bench time. Throws when it takes longer. */
  async #within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
    const from = this.clock.now();
    let open = true;
    const close = () => {
      open = false;
    };
    work.then(close, close);
    await this.clock.rest();
    while (open && this.clock.nextDue() !== undefined) {
      await this.clock.step();
      if (open && this.clock.now() - from > ms)
        throw new Error(`R1: the ${what} of the gateway takes more than ${ms} ms`);
    }
    return this.clock.until(work, patienceMs);
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

function headersOf({ body, prefer, key, lease }: Request): Record<string, string> {
  return {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(prefer !== undefined && { prefer }),
    ...(key !== undefined && { "idempotency-key": key }),
    ...(lease !== undefined && { "lease-number": String(lease) }),
  };
}
