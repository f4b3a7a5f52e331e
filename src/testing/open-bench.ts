import type { LogLevel } from "../context.ts";
import { DiscreteClock } from "../discrete-clock.ts";
import { NotFoundError } from "../errors.ts";
import type { AnswerPrompt } from "../experiment/prompts/open-prompts.ts";
import type { Catalogue } from "../gateway/catalogue.ts";
import type { Config, InterlockConfig, ThingConfig } from "../gateway/config/config.ts";
import { Gateway } from "../gateway/gateway.ts";
import type { GatewayOptions } from "../gateway/gateway-options.ts";
import type { Frame } from "../invocation/frame.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { AnyThing } from "../thing/define.ts";
import type { Thing } from "../thing/thing.ts";
import type { HeldLines, PinWiring } from "../transport/gpio.ts";
import type { Twin, TwinContext } from "../twin/twin.ts";

/** A Thing for a test: what `benchd.yaml` would say of it, with driver and twin at hand. */
export interface Placed {
  /** What its driver exports. */
  readonly definition: AnyThing;
  /** Its simulated device; none for a Thing that only uses others. */
  readonly twin?: (context: TwinContext) => Twin;
  /** Its `config`; empty unless told. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** How its pins are wired to the simulated chip. */
  readonly gpio?: Readonly<Record<string, PinWiring>>;
  /** The bus it shares with all that name the same. */
  readonly bus?: string;
  /** The names of the Things in its slots. */
  readonly uses?: Readonly<Record<string, string>>;
  /** What the bench wants of its calibration. */
  readonly calibration?: ThingConfig["calibration"];
  /** What the bench wants of its outputs. */
  readonly outputs?: ThingConfig["outputs"];
}

/** What a bench for tests has besides its Things; all of it may be left out. */
export interface TestBenchOptions {
  /** What time goes by; one of its own unless told. */
  readonly clock?: DiscreteClock;
  /** What has to be in order, so that outputs may be used; by default there are none. */
  readonly interlocks?: readonly InterlockConfig[];
  /** Told of every wait of every call, as it begins; `invocation` is the one whose work it is. */
  readonly suspended?: (invocation: Invocation) => void;
  /** Where what outlives the bench is kept; nowhere unless told. */
  readonly stateDirectory?: string;
  /** Answers what actions ask; unless told, they wait until `gateway.experiments.prompts` is answered. */
  readonly answer?: AnswerPrompt;
  /** What is promised to people, and how old a calibration is, goes by it; it stands still unless told. */
  readonly processClock?: DiscreteClock;
  /** Whether the wall clock is known to be right; not, unless told. */
  readonly clockTrusted?: () => boolean;
  /** Where lines go that stay driven over its end. */
  readonly heldLines?: HeldLines;
  /** What begins by itself, what people are told of, and how. */
  readonly plans?: Pick<Config, "schedules" | "alarms" | "notifiers" | "recordings" | "keepRecordings">;
  /** What else its gateway is opened with. */
  readonly opened?: Partial<Pick<GatewayOptions, "wallClock" | "environment" | "suspendedMs">>;
}

type TwinOf<P> = P extends { readonly twin: (context: TwinContext) => infer T } ? T : undefined;

/** A gateway on simulated devices, and time in your hands. */
export interface TestBench<P extends Readonly<Record<string, Placed>>> {
  /** The bench clock: nothing happens but when it is told to go on. */
  readonly clock: DiscreteClock;
  /** The real gateway, with nothing in front of it. */
  readonly gateway: Gateway;
  /** The simulated devices, by the name of their Thing. */
  readonly twins: { readonly [K in keyof P]: TwinOf<P[K]> };
  /** What was logged outside of invocations, as `thing: message`. */
  readonly logged: readonly string[];
  /** One of its Things, as the gateway has it. */
  thing(name: keyof P & string): Thing;
  /** Ask for an action; it runs as time passes. */
  start(thing: keyof P & string, action: string, input?: unknown): Invocation;
  /** Ask for an action, and let time pass until it has ended. */
  run(thing: keyof P & string, action: string, input?: unknown): Promise<Invocation>;
  /** Let time pass until `invocation` has ended. */
  ended(invocation: Invocation): Promise<Invocation>;
  /** Cancel it, as a client does; resolves when that is asked for, not when it has ended. */
  cancel(invocation: Pick<Invocation, "id">): Promise<void>;
  /** A property, with as much time as that takes; rejects with what the gateway refuses. */
  read(thing: keyof P & string, property: string): Promise<unknown>;
  /** Write a property, with as much time as that takes; rejects with what the gateway refuses. */
  write(thing: keyof P & string, property: string, value: unknown): Promise<void>;
  /** End it, with as much time as that takes: everything is stopped and parked. */
  close(): Promise<void>;
}

/**
 * Open a bench of simulated devices through the real gateway: scheduler, connection, codec and driver are those that run
 * in the laboratory. No real device can be reached.
 *
 * @example const bench = await openBench({ pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59 } } });
 */
export async function openBench<const P extends Readonly<Record<string, Placed>>>(
  things: P,
  {
    clock = new DiscreteClock(),
    interlocks = [],
    suspended,
    stateDirectory,
    heldLines,
    answer,
    ...more
  }: TestBenchOptions = {},
): Promise<TestBench<P>> {
  const twins: Record<string, Twin> = {};
  const logged: string[] = [];
  const log = (thing: string, _: LogLevel, message: string) => {
    if (logged.push(`${thing}: ${message}`) > maxLogged) logged.shift();
  };
  const config = { ...configOf(things, interlocks), ...more.plans, stateDirectory };
  const catalogue = catalogueOf(things, twins);
  // Retention and patience towards clients are no part of the simulation: their clock stands still.
  const { processClock = new DiscreteClock(), clockTrusted } = more;
  const told = (frame: Frame) => {
    if (frame.root.record) suspended?.(frame.root.record);
  };
  const gateway = await clock.until(
    Gateway.open({
      config,
      catalogue,
      clock,
      processClock,
      mock: true,
      log,
      suspended: told,
      answer,
      ...(heldLines && { heldLines }),
      ...(clockTrusted && { clockTrusted }),
      ...more.opened,
    }),
  );

  const bench: TestBench<P> = {
    clock,
    gateway,
    twins: twins as TestBench<P>["twins"],
    logged,
    thing: (name) => gateway.thing(name),
    start: (thing, action, input) => gateway.thing(thing).invoke(action, input, { requestedBy: "test" }),
    run: (thing, action, input) => bench.ended(bench.start(thing, action, input)),
    async ended(invocation) {
      await clock.until(invocation.ended);
      return invocation;
    },
    cancel: ({ id }) => gateway.cancel(id, "test"),
    read: (thing, property) => clock.until(gateway.thing(thing).read(property)),
    write: (thing, property, value) => clock.until(gateway.thing(thing).write(property, value)),
    close: () => clock.until(gateway.close()),
  };
  return bench;
}

const maxLogged = 1000;

function configOf(things: Readonly<Record<string, Placed>>, interlocks: readonly InterlockConfig[]): Config {
  const entries = Object.entries(things).map(
    ([name, { config = {}, gpio = {}, uses = {}, outputs = {}, bus, calibration }]): ThingConfig => {
      const at = (...path: string[]) => ["test", name, ...path].join("/");
      const unnamed = { twin: undefined, title: undefined, serial: undefined };
      return { name, driver: name, ...unnamed, config, bus, gpio, uses, outputs, calibration, at };
    },
  );
  // Never opened: on the bench all ports are simulated.
  const serial = { address: { path: "/test" }, options: {} };
  return {
    file: "test",
    directory: "/",
    listen: { host: "127.0.0.1", port: 0 },
    prefix: "",
    stateDirectory: undefined,
    allowedHosts: [],
    access: { auth: "none", toldAuth: undefined, emergencyStop: "token", origins: [], proxies: [] },
    buses: new Map(entries.flatMap(({ bus: name }) => (name === undefined ? [] : [[name, { name, serial }]]))),
    gpio: { backend: "auto", chip: undefined },
    things: new Map(entries.map((entry) => [entry.name, entry])),
    interlocks: new Map(interlocks.map((interlock) => [interlock.name, interlock])),
    at: (...path) => path.join("/"),
  };
}

/** Drivers and twins by the name of their Thing. */
function catalogueOf(things: Readonly<Record<string, Placed>>, twins: Record<string, Twin>): Catalogue {
  const placed = (name: string) => {
    const thing = things[name];
    if (!thing) throw new NotFoundError(`the test has placed no ${name}`);
    return thing;
  };
  return {
    names: async () => Object.keys(things),
    definition: async (name) => placed(name).definition,
    async twin(name) {
      const make = placed(name).twin;
      if (!make) return undefined;
      return (context) => {
        const twin = make(context);
        twins[name] = twin;
        return twin;
      };
    },
  };
}
