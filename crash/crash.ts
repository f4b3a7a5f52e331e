import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Dice } from "../soak/dice.ts";
import { Tally } from "../soak/tally.ts";
import { freePort } from "../test/free-port.ts";
import { Book } from "./book.ts";
import { afterRestart } from "./checks.ts";
import type { Client } from "./client.ts";
import { Devices } from "./devices.ts";
import { inTheHistory } from "./history.ts";
import { Load } from "./load.ts";
import { GatewayProcess } from "./process.ts";

const main = fileURLToPath(new URL("../benchd/src/cli/main.js", import.meta.url));
/** The Things have this long to be ready again; ms. */
const readyMs = 60_000;
const maxWorkMs = 5000;
/** After the last kill, so that what is asked with a key is answered. */
const settleMs = 30_000;

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  readonly keys: boolean;
  /** Where configuration, state and history are. */
  readonly folder: string;
  progress(kills: number, violations: number): void;
  violated(what: string): void;
}

export interface Outcome {
  readonly tally: Tally;
  /** From the start of a process to its first reply; ms. */
  readonly restarts: readonly number[];
  readonly answered: number;
  readonly violations: readonly string[];
}

/** Kill a real benchd again and again in the middle of its work, and hold it to its answers every time. */
export async function crash(options: CrashOptions): Promise<Outcome> {
  const run = new Run(options, await Devices.plugIn(), await freePort());
  try {
    await run.kills();
    await run.end();
    return run.outcome;
  } finally {
    await run.close();
  }
}

class Run {
  readonly #options: CrashOptions;
  readonly #devices: Devices;
  readonly #port: number;
  readonly #config: string;
  readonly #dice: Dice;
  readonly #book = new Book();
  readonly #tally = new Tally();
  readonly #load: Load;
  readonly #violations: string[] = [];
  readonly #restarts: number[] = [];
  #kill = 0;
  #process: GatewayProcess | undefined;

  constructor(options: CrashOptions, devices: Devices, port: number) {
    const { folder, seed, keys } = options;
    this.#options = options;
    this.#devices = devices;
    this.#port = port;
    this.#config = join(folder, "benchd.yaml");
    writeFileSync(this.#config, devices.configuration(join(folder, "state")));
    this.#dice = new Dice(seed, "moments");
    const wrong = (what: string) => this.#wrong(what);
    const dice = new Dice(seed, "load");
    this.#load = new Load({ dice, devices, book: this.#book, tally: this.#tally, keys, wrong });
  }

  get outcome(): Outcome {
    const answered = this.#book.acknowledged.size;
    return { tally: this.#tally, restarts: this.#restarts, answered, violations: this.#violations };
  }

  async kills(): Promise<void> {
    const { kills, progress } = this.#options;
    while (this.#kill < kills) {
      const process = this.#start();
      // Also in the middle of a start, which has just found what the last kill has left.
      if (this.#dice.odds(0.12)) {
        await sleep(this.#dice.real(20, 1500));
        this.#tally.count("killed", "in the middle of a start");
      } else {
        await this.#takeUp(process);
        const working = this.#load.run(process.client);
        await this.#moment(process.client);
        this.#tally.count("killed", this.#devices.anythingOn ? "with an output on" : "with all outputs off");
        await process.kill();
        await working;
      }
      await process.kill();
      this.#kill++;
      if (this.#dice.odds(0.1)) await this.#makeSafe();
      progress(this.#kill, this.#violations.length);
    }
  }

  /** After some answers, so that a slow machine is killed in the middle of as much as a fast one; then at any time. */
  async #moment(client: Client): Promise<void> {
    const answers = client.answers + this.#dice.whole(0, 60);
    const until = performance.now() + maxWorkMs;
    while (client.answers < answers && performance.now() < until) await sleep(1);
    await sleep(this.#dice.real(0, 25));
  }

  /** Nobody is killed any more: all that is asked with a key gets its answer, and the history tells everything. */
  async end(): Promise<void> {
    const process = this.#start();
    await this.#takeUp(process);
    for (const until = performance.now() + settleMs; this.#load.unanswered > 0 && performance.now() < until; )
      await this.#load.settle(process.client);
    if (this.#load.unanswered > 0) this.#wrong(`${this.#load.unanswered} doses with a key get no answer`);
    await process.client.ask("POST", "/emergency_stop");
    await process.kill();
    const last = this.#start();
    this.#book.latched = true;
    await this.#takeUp(last);
    const status = await last.end();
    if (status !== 0) this.#wrong(`SIGTERM ends it with ${status}`);
    for (const what of inTheHistory(join(this.#options.folder, "state/history.db"), this.#book)) this.#wrong(what);
  }

  async close(): Promise<void> {
    await this.#process?.kill();
    await this.#devices.close();
  }

  #start(): GatewayProcess {
    this.#devices.letGo();
    // So many kills look like starts that fail, and safe mode is not what is looked for here.
    rmSync(join(this.#options.folder, "state/starts.json"), { force: true });
    this.#process = new GatewayProcess(this.#config, this.#port);
    return this.#process;
  }

  /** The first reply after a start, and whether everything is as was promised by then. */
  async #takeUp(process: GatewayProcess): Promise<void> {
    const { body, ms } = await process.firstReply("/emergency_stop");
    for (const what of this.#devices.unsafe()) this.#wrong(`at the first reply ${what}`);
    this.#restarts.push(ms);
    await this.#latchIsKept(process.client, (body as { readonly stopped: boolean }).stopped);
    await this.#ready(process);
    const [book, devices, tally] = [this.#book, this.#devices, this.#tally];
    for (const what of await afterRestart(process.client, { book, devices, tally, dice: this.#dice }))
      this.#wrong(what);
    for (const { pump, volume, since } of this.#load.lost.splice(0)) {
      const { runs } = devices.strokes[pump].of(volume, since);
      tally.count("asked without a key, not answered", runs === 0 ? "not done" : "done");
      if (runs > 1) this.#wrong(`${volume} mL were asked for once, and the pump has run ${runs} times`);
    }
  }

  async #latchIsKept(client: Client, stopped: boolean): Promise<void> {
    const { latched } = this.#book;
    if (latched !== undefined && latched !== stopped)
      this.#wrong(`the emergency stop was ${latched ? "on" : "off"} and is ${stopped ? "on" : "off"}`);
    if (stopped) {
      const reply = await client.ask("DELETE", "/emergency_stop");
      if (reply === "lost" || reply.status !== 200) this.#wrong("the emergency stop cannot be cleared");
    }
    this.#book.latched = false;
  }

  async #ready(process: GatewayProcess): Promise<void> {
    for (const until = performance.now() + readyMs; ; await sleep(20)) {
      const reply = await process.client.ask("GET", "/thing_states");
      const states = reply === "lost" ? {} : (reply.body as Record<string, { readonly state: string }>);
      const others = Object.entries(states).filter(([, { state }]) => state !== "ready");
      if (reply !== "lost" && others.length === 0) return;
      if (performance.now() < until) continue;
      return this.#wrong(`not ready after ${readyMs / 1000} s: ${JSON.stringify(others)}\n${process.said}`);
    }
  }

  /** As systemd does after a crash. */
  async #makeSafe(): Promise<void> {
    this.#devices.letGo();
    const child = spawn(process.execPath, [main, "safe", "--config", this.#config], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    const [status] = await once(child, "close");
    this.#tally.count("benchd safe", status === 0 ? "confirmed" : "not confirmed");
    const left = this.#devices.unsafe();
    if (status === 0 && left.length > 0)
      this.#wrong(`benchd safe has confirmed that all is safe: ${left.join(", ")}\n${said}`);
  }

  #wrong(what: string): void {
    const told = `kill ${this.#kill}: ${what}`;
    this.#violations.push(told);
    this.#options.violated(told);
  }
}
