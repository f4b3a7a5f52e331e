import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { until } from "../../time.ts";
import type { GpioSim } from "../gpio/gpio-sim.ts";
import { get, run, url } from "../service/unit.ts";

/** Two relays that hold over a restart, each switched on against the pull of its line: whoever lets go of one is seen. */
const lamp = { line: 22, pulledUp: true };
const pumpPower = { line: 23, pulledUp: false };
const vent = { line: 24, pulledUp: false };
const held = [lamp, pumpPower];
const hold = "{ onStart: hold, onStop: hold }";

export const configuration = `
gpio: { backend: character-device }
things:
  relays:
    driver: relays
    gpio:
      lamp: { line: ${lamp.line}, activeLow: true }
      pump_power: { line: ${pumpPower.line}, activeLow: false }
      vent: { line: ${vent.line}, activeLow: true }
    outputs: { lamp: ${hold}, pump_power: ${hold} }
  pump:
    driver: syringe-pump
    serial: { usb: { vendorId: "0403", productId: "6001", serialNumber: BENCHD0001 } }
    config: { diameter: 26.59, syringeVolume: 60 }
  counter: { driver: counter }
`;

export class Relays {
  readonly #sim: GpioSim;

  constructor(sim: GpioSim) {
    this.#sim = sim;
    for (const { line, pulledUp } of [...held, vent]) sim.drive(line, pulledUp);
  }

  async switchOn(): Promise<void> {
    for (const name of ["lamp", "pump_power"]) {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/relays/${name}`, { method: "PUT", headers, body: "true" });
      assert.ok(answer.ok, `${name}: ${answer.status}`);
    }
    assert.deepEqual(this.levels(), [false, true]);
  }

  /** Of those that hold. Safe is what their lines are pulled to. */
  levels(): readonly boolean[] {
    return held.map(({ line }) => this.#sim.level(line));
  }

  /** All levels of them from now until what this resolves with is called. */
  async watch(): Promise<() => Promise<readonly (readonly boolean[])[]>> {
    const watches = await Promise.all(held.map(({ line }) => this.#sim.watch(line, 2)));
    return () => Promise.all(watches.map((stop) => stop()));
  }
}

/** Every Thing is open. */
export const ready = () =>
  until(
    "every Thing is ready",
    async () => {
      const states = (await get("thing_states").catch(() => ({ none: { state: "away" } }))) as Record<
        string,
        { state: string }
      >;
      return Object.values(states).every(({ state }) => state === "ready");
    },
    { withinMs: 90_000, everyMs: 500 },
  );

/** The version of the benchd that answers. */
export const answering = async () => ((await get("gateway/about")) as { readonly version: string }).version;

interface Past {
  readonly id: string;
  readonly status: string;
}
export const history = async () => (await get("gateway/history")) as readonly Past[];

const fixture = new URL("../../../../../test/fixtures/journal/v1.sql", import.meta.url);
/** The invocation in it that had completed. */
export const old = "7bd0941e-52a8-4cb3-ae79-ec2febfe3f22";

/** A history as the first benchd has left it. The service does not run. */
export async function putOldHistory(): Promise<void> {
  const file = "/var/lib/benchd/history.db";
  for (const end of ["", "-wal", "-shm"]) await run("rm", "-f", file + end);
  const Database = createRequire("/usr/lib/benchd/package.json")("better-sqlite3");
  const database = new Database(file);
  database.exec(readFileSync(fixture, "utf8"));
  database.close();
  await run("chown", "benchd:benchd", file);
}

export const configure = (text: string) => writeFileSync("/etc/benchd/benchd.yaml", text);
