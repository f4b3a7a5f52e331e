import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import { runAs } from "../context.ts";
import { ConfigError, DeviceFaultError, FencedError, NotReadyError, PortBusyError } from "../errors.ts";
import type { OutputContract } from "../thing/affordance.ts";
import type { AnyThing, Hooks } from "../thing/define.ts";
import { turnsOf } from "../thing/output-policies.ts";
import { Outputs } from "../thing/outputs.ts";
import { Scope } from "../thing/scope.ts";
import { lineOf, type Wiring } from "../thing/wiring.ts";
import type { OutputLine, OutputPin } from "../transport/gpio.ts";
import { Recorder } from "../transport/recorder.ts";

/** How often to look whether a port that another program has is free; ms. */
const lookMs = 100;
const closeMs = 1000;

export interface Target {
  readonly name: string;
  /** With its outputs as the bench has them. */
  readonly definition: AnyThing;
  readonly config: unknown;
  readonly wiring: Wiring;
  readonly clock: Clock;
  /** Of bench time, besides what its outputs wait for. */
  readonly timeoutMs: number;
}

/**
 * Make these outputs of a Thing safe, each in its turn, without a gateway: what else may be going on with the device goes
 * on. Pins need no driver. Rejects with why that is not confirmed.
 */
export async function makeSafe(target: Target, names: readonly string[]): Promise<void> {
  const { clock, timeoutMs, definition } = target;
  const outputs: Readonly<Record<string, OutputContract>> = definition.outputs ?? {};
  const wanted = Object.fromEntries(Object.entries(outputs).filter(([name]) => names.includes(name)));
  const turns = turnsOf(wanted);
  const until = clock.now() + timeoutMs + (turns.at(-1)?.afterMs ?? 0);
  const held = new Set<OutputLine>();
  const isPin = (name: string) => Object.hasOwn(target.wiring.pins, name);
  const device = Object.keys(wanted).every(isPin) ? undefined : new Device(target, until);
  try {
    const brought = turns.map(async ({ afterMs, names: due }, turn) => {
      await wait(clock, afterMs);
      const later = turns.slice(turn + 1).flatMap((one) => one.names);
      const left = Object.keys(outputs).filter((name) => !names.includes(name) || later.includes(name));
      const pins = due.filter(isPin).map((name) => drive(target, name, until, held));
      await allOf(due.every(isPin) ? pins : [...pins, device?.safe(left)]);
    });
    await bounded(clock, until - clock.now(), allOf(brought));
  } finally {
    await device?.close();
    for (const line of held) line.release();
  }
}

async function drive(
  { name: thing, definition, wiring, clock }: Target,
  name: string,
  until: number,
  held: Set<OutputLine>,
) {
  const pin = wiring.pins[name];
  const { chip } = wiring;
  if (!pin || !chip) throw new ConfigError(`the output ${name} of ${thing} is wired to nothing`);
  const level = Boolean(definition.outputs?.[name]?.safe);
  held.add(await patiently(clock, until, () => chip.openOutput(pin, `${thing}.${name}`, level)));
}

/** A device that is opened for nothing but to be made safe. */
class Device {
  readonly #target: Target;
  readonly #scope: Scope;
  readonly #lost: Promise<never>;
  readonly #hooks: Promise<Hooks>;

  constructor(target: Target, until: number) {
    const { name, definition, config, wiring, clock } = target;
    let lose = (_: unknown) => {};
    this.#lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    this.#lost.catch(() => {});
    this.#target = target;
    this.#scope = new Scope({
      ...{
        thing: name,
        definition,
        config,
        wiring,
        clock,
        things: {},
        log() {},
        emit() {},
        told() {},
        emergencyStop() {},
      },
      outputs: new Outputs({ thing: name, contracts: definition.outputs, pins: wiring.pins, clock, log() {} }),
      line: lineOf(name, clock, wiring),
      recorder: new Recorder(clock),
      ...{ alarm() {}, lost: lose, failed() {} },
    });
    this.#hooks = patiently(clock, until, () => this.#open());
    this.#hooks.catch(() => {});
  }

  async safe(left: readonly string[]): Promise<void> {
    const bring = async () => {
      const { safe } = await this.#hooks;
      if (!safe) throw new DeviceFaultError("its driver has no `safe`");
      await safe(left);
    };
    await Promise.race([runAs(this.#scope.work("urgent"), bring), this.#lost]);
  }

  async close(): Promise<void> {
    await bounded(this.#target.clock, closeMs, this.#scope.close()).catch(() => {});
  }

  #open(): Promise<Hooks> {
    const { definition } = this.#target;
    const context = this.#scope.context();
    // Its pins are driven already; and nothing is begun that would go on.
    const gpio = { input: context.gpio.input, output: async () => idlePin };
    const things = Object.fromEntries(Object.keys(definition.uses ?? {}).map((slot) => [slot, absent]));
    const bare = { ...context, gpio, things: things as never, spawn() {} };
    return runAs(this.#scope.work("open"), async () => (await definition.open(bare)) as Hooks);
  }
}

const idlePin: OutputPin = { read: () => false, write() {}, release() {} };

const nobody = new Proxy(
  {},
  { get: () => () => Promise.reject(new NotReadyError("each Thing is made safe by itself: no other one is asked")) },
);
const absent = { read: nobody, write: nobody, invoke: nobody };

/** A port that another program has may be free in a moment: the one that was killed may not be quite gone. */
async function patiently<T>(clock: Clock, until: number, open: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof PortBusyError) || clock.now() + lookMs >= until) throw error;
      await wait(clock, lookMs);
    }
  }
}

const wait = (clock: Clock, ms: number) =>
  ms > 0 ? new Promise<void>((resolve) => void clock.after(ms, resolve)) : Promise.resolve();

/** All are waited for; then the first failure is thrown. */
async function allOf(work: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason ?? new FencedError("it failed without saying why");
}
