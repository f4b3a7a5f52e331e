import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backEnds } from "./back-ends.ts";
import type { Checks } from "./checks.ts";
import { type GpioSim, pass } from "./gpio-sim.ts";
import { type Name, names, outputs } from "./hold.ts";

const suite = fileURLToPath(new URL("main.js", import.meta.url));
const benchd = fileURLToPath(new URL("../../../../benchd/src/cli/main.js", import.meta.url));
const url = "http://127.0.0.1:5099";
/** All of benchd, in an emulated machine on a host that has much else to do. */
const startMs = 240_000;
/** Often enough to see a level that lasts, and seldom enough to leave others the processor. */
const watchEveryMs = 2;

const lines = Object.values(outputs).map(({ line }) => line);
const safe = Object.values(outputs).map((output) => output.safe !== output.activeLow);
const unsafe = safe.map((level) => !level);

/** F47: the safe level at boot, kill and stop, with every pull against it. */
export async function checkSafeState({ check }: Pick<Checks, "check">, sim: GpioSim): Promise<void> {
  const levels = () => lines.map((line) => sim.level(line));
  const pullAgainst = () => {
    for (const [index, line] of lines.entries()) sim.drive(line, unsafe[index] ?? false);
  };
  const unexport = () => {
    for (const line of lines) writeFileSync("/sys/class/gpio/unexport", String(sim.base + line));
  };

  for (const backend of backEnds) {
    const lasts = backend === "sysfs";
    await check(`F47 ${backend}: outputs are safe when they are opened, and again after a kill`, async () => {
      pullAgainst();
      const killed = await Holder.start(backend);
      assert.deepEqual(levels(), safe);
      await killed.switchAway();
      assert.deepEqual(levels(), unsafe);
      await killed.kill();
      // sysfs leaves it on; the character device lets go, and the pull is against us. Nobody could help but a helper.
      assert.deepEqual(levels(), unsafe);
      const next = await Holder.start(backend);
      assert.deepEqual(levels(), safe);
      await next.kill();
    });

    await check(`F47 ${backend}: a stop makes outputs safe; whether that lasts is up to the kernel`, async () => {
      pullAgainst();
      const holder = await Holder.start(backend);
      await holder.switchAway();
      await holder.makeSafe();
      assert.deepEqual(levels(), safe);
      await holder.letGo();
      assert.deepEqual(levels(), lasts ? safe : unsafe);
      if (lasts) unexport();
    });
  }

  await check("F47 benchd: boots safe, tells that nobody keeps it safe on a kill, and is killed", async () => {
    pullAgainst();
    const watches = await Promise.all(lines.map((line) => sim.watch(line, watchEveryMs)));
    const child = await serve();
    const seen = await Promise.all(watches.map((stop) => stop()));
    assert.deepEqual(
      seen,
      safe.map((level) => [!level, level]),
    );
    const description = (await (await fetch(`${url}/relays/`)).json()) as {
      readonly "benchd:outputs": Readonly<Record<Name, { readonly enforcedBy: string }>>;
    };
    assert.deepEqual(
      names.map((name) => description["benchd:outputs"][name].enforcedBy),
      ["none", "none", "none"],
    );
    await kill(child);
    assert.deepEqual(levels(), unsafe);
  });
}

/** A process that holds the outputs. */
class Holder {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(backend: string): Promise<Holder> {
    const holder = new Holder(
      spawn(process.execPath, [suite, "hold", backend], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    await holder.#says("open");
    return holder;
  }

  /** Every output away from its safe value. */
  async switchAway(): Promise<void> {
    const said = this.#says("switched");
    this.#child.stdin?.write("\n");
    await said;
  }

  async makeSafe(): Promise<void> {
    const said = this.#says("safe");
    this.#child.kill("SIGTERM");
    await said;
  }

  async letGo(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.stdin?.write("\n");
    await exit;
  }

  kill = () => kill(this.#child);

  async #says(word: string): Promise<void> {
    assert.ok(this.#child.stdout);
    const [text] = await once(this.#child.stdout, "data", { signal: AbortSignal.timeout(startMs) });
    assert.equal(String(text).trim(), word);
  }
}

/** benchd itself, with relays on the simulated chip. */
async function serve(): Promise<ChildProcess> {
  const config = join(tmpdir(), "relays.yaml");
  const gpio = names.map((name) => `${name}: { line: ${outputs[name].line}, activeLow: ${outputs[name].activeLow} }`);
  const things = `relays: { driver: relays, gpio: { ${gpio.join(", ")} } }`;
  writeFileSync(config, `listen: { port: 5099 }\nthings: { ${things} }\n`);
  const child = spawn(process.execPath, [benchd, "serve", "--config", config], { stdio: ["ignore", 2, 2] });
  for (const until = performance.now() + startMs; performance.now() < until; ) {
    const states = await fetch(`${url}/thing_states`).then(
      (answer) => answer.json() as Promise<{ readonly relays?: { readonly state: string } }>,
      () => undefined,
    );
    if (states?.relays?.state === "ready") return child;
    await pass(500);
  }
  child.kill("SIGKILL");
  return assert.fail("benchd does not start");
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
