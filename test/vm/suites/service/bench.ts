import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { until } from "../../time.ts";
import type { GpioSim } from "../gpio/gpio-sim.ts";
import { get, url } from "./unit.ts";

/** Relays of both polarities and both safe values: whether each is on when it is safe, and whether on is low. */
const relays = {
  pump_power: { safe: false, activeLow: false },
  vent: { safe: true, activeLow: true },
  lamp: { safe: false, activeLow: true },
};
type Name = keyof typeof relays;
const names = Object.keys(relays) as Name[];

/** The first line of each board; all of `up` are pulled up, all of `down` are pulled down. */
const boards = { up: 20, down: 23 };
type Board = keyof typeof boards;
const boardNames = Object.keys(boards) as Board[];

const clog = `import { defineThing, Type } from "benchd/driver";
export default defineThing({
  title: "Something that computes for too long",
  config: Type.Object({}),
  actions: { block: { title: "Block", input: Type.Object({ seconds: Type.Number() }), lane: false } },
  open: async () => ({ invoke: { block: ({ seconds }) => {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; );
  } } }),
});
`;

/** By sysfs a line stays as it is driven when its process is killed: only a helper can make it safe. */
const killed = { backend: "sysfs", outputs: "" };
/** By the character device it falls to its pull, unless somebody holds it meanwhile. */
const handedOn = {
  backend: "character-device",
  outputs: ", outputs: { pump_power: { onStart: hold, onStop: hold }, lamp: { onStart: hold, onStop: hold } }",
};

export function writeConfiguration({ hold }: { readonly hold: boolean }): void {
  const { backend, outputs } = hold ? handedOn : killed;
  const pins = (board: Board) =>
    names
      .map((name, at) => `${name}: { line: ${boards[board] + at}, activeLow: ${relays[name].activeLow} }`)
      .join(", ");
  const pump = (serial: string) =>
    `{ driver: syringe-pump, serial: ${serial}, config: { diameter: 26.59, syringeVolume: 60 } }`;
  mkdirSync("/etc/benchd", { recursive: true });
  writeFileSync("/etc/benchd/clog.mjs", clog);
  writeFileSync(
    "/etc/benchd/benchd.yaml",
    `gpio: { backend: ${backend} }
things:
${boardNames.map((board) => `  ${board}: { driver: relays, gpio: { ${pins(board)} }${outputs} }`).join("\n")}
  ftdi: ${pump('{ usb: { vendorId: "0403", productId: "6001", serialNumber: BENCHD0001 } }')}
  gadget: ${pump("/dev/ttyACM0")}
  uart: ${pump("/dev/ttyS1")}
  clog: { driver: ./clog.mjs }
`,
  );
}

const lines = boardNames.flatMap((board) =>
  names.map((name, at) => ({ board, name, line: boards[board] + at, ...relays[name] })),
);
const safe = lines.map(({ safe, activeLow }) => safe !== activeLow);

export class Outputs {
  readonly #sim: GpioSim;

  constructor(sim: GpioSim) {
    this.#sim = sim;
    for (const { board, line } of lines) sim.drive(line, board === "up");
  }

  /** Every output away from its safe value, as a client does it. */
  async switchAway(): Promise<void> {
    await allReady();
    for (const { board, name, safe } of lines) {
      const answer = await fetch(`${url}/${board}/${name}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(!safe),
      });
      assert.ok(answer.ok, `${board}/${name}: ${answer.status}`);
    }
    assert.deepEqual(
      this.levels(),
      safe.map((level) => !level),
    );
  }

  /** The levels of the outputs that are held while benchd is restarted, from now until this is called. */
  async watchHeld(): Promise<() => Promise<readonly (readonly boolean[])[]>> {
    const held = lines.filter(({ name }) => name !== "vent");
    const watches = await Promise.all(held.map(({ line }) => this.#sim.watch(line, 2)));
    return () => Promise.all(watches.map((stop) => stop()));
  }

  /** Sysfs keeps what it has been asked for, also from the character device. */
  unexport(): void {
    for (const { line } of lines) writeFileSync("/sys/class/gpio/unexport", String(this.#sim.base + line));
  }

  levels(): readonly boolean[] {
    return lines.map(({ line }) => this.#sim.level(line));
  }

  /** Those that are not safe. */
  away(): readonly string[] {
    const away = lines.filter(({ line }, at) => this.#sim.level(line) !== safe[at]);
    return away.map(({ board, name }) => `${board}.${name}`);
  }

  assertSafe(): void {
    assert.deepEqual(this.away(), [], "these outputs are not safe");
  }
}

/** What each Thing is, and why. */
export async function states(): Promise<Readonly<Record<string, string>>> {
  type States = Record<string, { readonly state: string; readonly reason: string | null }>;
  const told = Object.entries((await get("thing_states")) as States);
  return Object.fromEntries(told.map(([name, { state, reason }]) => [name, reason ? `${state}: ${reason}` : state]));
}

/** On a slow machine the service is ready before the last Thing is. */
export async function allReady(): Promise<void> {
  let seen: Readonly<Record<string, string>> = {};
  const ready = async () => {
    seen = await states();
    return Object.values(seen).every((state) => state === "ready");
  };
  await until("every Thing is ready", ready, { withinMs: 60_000, everyMs: 500 }).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(seen)}`);
  });
}
