import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BackEnd, backEnds } from "./back-ends.ts";
import type { Checks } from "./checks.ts";
import { type GpioSim, pass } from "./gpio-sim.ts";

const main = fileURLToPath(new URL("../../../../src/cli/main.js", import.meta.url));
/** Often enough to see a level that lasts, and seldom enough to leave benchd the processor. */
const watchEveryMs = 5;
const startMs = 120_000;
const url = "http://127.0.0.1:5099";

/** The outputs of the relays: their line, whether they are safe when on, and their polarity. */
const outputs = {
  pump_power: { line: 11, safe: false, activeLow: false },
  vent: { line: 12, safe: true, activeLow: true },
  lamp: { line: 13, safe: false, activeLow: true },
};
type Name = keyof typeof outputs;
const names = Object.keys(outputs) as Name[];
const lines = Object.values(outputs).map(({ line }) => line);
const safe = Object.values(outputs).map((output) => output.safe !== output.activeLow);
const unsafe = safe.map((level) => !level);

/** F47: the safe level at boot, kill and stop, with every pull against it. */
export async function checkSafeState({ check }: Pick<Checks, "check">, sim: GpioSim): Promise<void> {
  const levels = () => lines.map((line) => sim.level(line));
  for (const backend of backEnds) {
    const bench = new Bench(backend);
    await check(`F47 ${backend}: at boot every output goes to its safe level, and to no other`, async () => {
      for (const [index, line] of lines.entries()) sim.drive(line, unsafe[index] ?? false);
      const watches = await Promise.all(lines.map((line) => sim.watch(line, watchEveryMs)));
      await bench.start();
      const seen = await Promise.all(watches.map((stop) => stop()));
      assert.deepEqual(
        seen,
        safe.map((level) => [!level, level]),
      );
    });

    await check(
      `F47 ${backend}: a kill leaves it as the Thing Description says, and a restart makes it safe`,
      async () => {
        await bench.switchAll();
        assert.deepEqual(levels(), unsafe);
        // sysfs leaves it on; the character device lets go, and the pull is against us.
        assert.deepEqual(await bench.enforcers(), ["none", "none", "none"]);
        await bench.kill();
        assert.deepEqual(levels(), unsafe);
        await bench.start();
        assert.deepEqual(levels(), safe);
      },
    );

    await check(`F47 ${backend}: a stop makes it safe; whether that lasts is up to the kernel`, async () => {
      await bench.switchAll();
      const watches = await Promise.all(lines.map((line) => sim.watch(line, watchEveryMs)));
      assert.equal(await bench.stop(), 0);
      const seen = await Promise.all(watches.map((stop) => stop()));
      const lasts = backend === "sysfs";
      assert.deepEqual(
        seen,
        safe.map((level) => (lasts ? [!level, level] : [!level, level, !level])),
      );
      for (const line of lasts ? lines : []) writeFileSync("/sys/class/gpio/unexport", String(sim.base + line));
    });
  }
}

/** benchd itself, with relays on the simulated chip. */
class Bench {
  readonly #config: string;
  #child: ChildProcess | undefined;

  constructor(backend: BackEnd) {
    this.#config = join(tmpdir(), `${backend}.yaml`);
    const gpio = names.map((name) => `${name}: { line: ${outputs[name].line}, activeLow: ${outputs[name].activeLow} }`);
    const relays = `relays: { driver: relays, gpio: { ${gpio.join(", ")} } }`;
    writeFileSync(this.#config, `listen: { port: 5099 }\ngpio: { backend: ${backend} }\nthings:\n  ${relays}\n`);
  }

  async start(): Promise<void> {
    this.#child = spawn(process.execPath, [main, "serve", "--config", this.#config], { stdio: "inherit" });
    // In an emulated machine that has others to serve it takes a minute.
    for (const until = performance.now() + startMs; performance.now() < until; ) {
      const states = await fetch(`${url}/thing_states`).then(
        (answer) => answer.json() as Promise<{ readonly relays?: { readonly state: string } }>,
        () => undefined,
      );
      if (states?.relays?.state === "ready") return;
      await pass(200);
    }
    assert.fail("benchd does not start");
  }

  /** Every output away from its safe value. */
  async switchAll(): Promise<void> {
    for (const name of names) {
      const body = JSON.stringify(!outputs[name].safe);
      const headers = { "content-type": "application/json" };
      const { ok, status } = await fetch(`${url}/relays/${name}`, { method: "PUT", headers, body });
      assert.ok(ok, `writing ${name}: ${status}`);
    }
  }

  async enforcers(): Promise<readonly unknown[]> {
    const description = (await (await fetch(`${url}/relays/`)).json()) as {
      readonly "benchd:outputs": Readonly<Record<Name, { readonly enforcedBy: string }>>;
    };
    return names.map((name) => description["benchd:outputs"][name].enforcedBy);
  }

  stop = () => this.#end("SIGTERM");
  kill = () => this.#end("SIGKILL");

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<unknown> {
    const child = this.#child;
    if (!child) return undefined;
    const exit = once(child, "exit");
    child.kill(signal);
    const [status] = await exit;
    return status;
  }
}
