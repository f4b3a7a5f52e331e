import { closeSync, constants, openSync } from "node:fs";
import balanceTwin from "../hardware-mocks/balance.ts";
import psuTwin from "../hardware-mocks/psu.ts";
import pumpTwin from "../hardware-mocks/syringe-pump.ts";
import { realClock } from "../src/clock.ts";
import { type Tty, ttyOf } from "../src/transport/tty.ts";
import { onPty } from "../src/twin/on-pty.ts";
import { simulatedBench } from "../src/twin/simulated-bench.ts";
import { Strokes } from "./strokes.ts";

/** A wide syringe, so that a stroke is over in a fraction of a second; mm and mL. */
const syringe = { diameter: 50, syringeVolume: 9000 };
/** mL/min, near the fastest. */
const rate = 90;

export const pumps = ["pump", "second"] as const;
export const supplies = ["psu", "spare"] as const;
export type Pump = (typeof pumps)[number];

interface Parts {
  readonly strokes: Readonly<Record<Pump, Strokes>>;
  readonly supplies: readonly (readonly [name: string, twin: ReturnType<typeof psuTwin>])[];
  readonly paths: Readonly<Record<string, string>>;
  readonly ttys: readonly Tty[];
  close(): Promise<void>;
}

/** The devices, on pseudo-terminals of this process: they outlive every benchd that is killed. */
export class Devices {
  readonly strokes: Readonly<Record<Pump, Strokes>>;
  readonly #parts: Parts;

  static async plugIn(): Promise<Devices> {
    const bench = simulatedBench(realClock);
    const pumping = pumps.map((name) => [name, bench.place(pumpTwin, name, syringe)] as const);
    const supplying = supplies.map((name) => [name, bench.place(psuTwin, name)] as const);
    const balance = bench.place(balanceTwin, "balance");
    const ports = await Promise.all([
      ...pumping.map(async ([name, twin]) => [name, await onPty(twin.open, { baudRate: 19_200 })] as const),
      ...supplying.map(async ([name, twin]) => [name, await onPty(twin.open, { baudRate: 9600 })] as const),
      onPty(balance.open, { baudRate: 9600 }).then((port) => ["balance", port] as const),
    ]);
    for (const [, twin] of pumping) twin.enter({ rate });
    const held = ports.map(([, { path }]) => openSync(path, constants.O_RDWR | constants.O_NOCTTY));
    const close = async () => {
      for (const fd of held) closeSync(fd);
      for (const [, port] of ports) await port.close();
      for (const [, twin] of pumping) twin.close();
    };
    return new Devices({
      strokes: Object.fromEntries(pumping.map(([name, twin]) => [name, new Strokes(twin)])) as Devices["strokes"],
      supplies: supplying,
      paths: Object.fromEntries(ports.map(([name, { path }]) => [name, path])),
      ttys: await Promise.all(held.map(ttyOf)),
      close,
    });
  }

  private constructor(parts: Parts) {
    this.strokes = parts.strokes;
    this.#parts = parts;
  }

  /** What benchd is told of them. */
  configuration(stateDirectory: string): string {
    const { paths } = this.#parts;
    const config = JSON.stringify(syringe);
    const limits = "{ maxVoltage: 15, maxCurrent: 3 }";
    const things = [
      ...pumps.map((name) => `${name}: { driver: syringe-pump, serial: ${paths[name]}, config: ${config} }`),
      ...supplies.map((name) => `${name}: { driver: psu, serial: ${paths[name]}, config: ${limits} }`),
      `balance: { driver: balance, serial: ${paths["balance"]} }`,
      "counter: { driver: counter }",
    ];
    const history = "history: { count: 10000000, megabytes: 10000 }";
    return `stateDirectory: ${stateDirectory}\n${history}\nthings:\n${things.map((thing) => `  ${thing}\n`).join("")}`;
  }

  /** What is not as its contract wants it when nobody uses it. */
  unsafe(): readonly string[] {
    const moving = pumps.filter((name) => this.strokes[name].moving).map((name) => `${name} pumps`);
    const on = this.#parts.supplies.filter(([, twin]) => twin.on).map(([name]) => `the output of ${name} is on`);
    return [...moving, ...on];
  }

  /** Whether killing it now leaves anything on. */
  get anythingOn(): boolean {
    return this.unsafe().length > 0;
  }

  /** Whoever had the ports is gone: what the kernel does with a real one then, but not while we hold it open. */
  letGo(): void {
    for (const tty of this.#parts.ttys) tty.admit();
  }

  close(): Promise<void> {
    return this.#parts.close();
  }
}
