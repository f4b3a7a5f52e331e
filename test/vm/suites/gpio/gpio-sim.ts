import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

const configRoot = "/sys/kernel/config/gpio-sim";
const sysfs = "/sys/class/gpio";
const text = (file: string) => readFileSync(file, "latin1").trim();

/** A simulated chip of the kernel's gpio-sim: the world's side of its lines. Levels are electrical. */
export class GpioSim {
  /** As in `gpiochip0`. */
  readonly chip: string;
  /** The number of its first line in sysfs. */
  readonly base: number;
  readonly #config: string;
  readonly #folder: string;

  private constructor(config: string) {
    this.#config = config;
    this.chip = text(`${config}/bank0/chip_name`);
    this.#folder = `/sys/devices/platform/${text(`${config}/dev_name`)}/${this.chip}`;
    const label = text(`${config}/bank0/label`);
    const classes = readdirSync(sysfs).filter(
      (name) => /^gpiochip/.test(name) && text(`${sysfs}/${name}/label`) === label,
    );
    this.base = Number(text(`${sysfs}/${classes.at(-1)}/base`));
  }

  /** The one that looks like a Pi 4's and is there when the machine has started. */
  static started(): GpioSim {
    return new GpioSim(`${configRoot}/pi`);
  }

  /** Plug in another, with 8 lines. */
  static add(label: string, device: string): GpioSim {
    const config = `${configRoot}/${device}`;
    for (const line of [3, 4]) mkdirSync(`${config}/bank0/line${line}`, { recursive: true });
    writeFileSync(`${config}/bank0/num_lines`, "8");
    writeFileSync(`${config}/bank0/label`, label);
    writeFileSync(`${config}/live`, "1");
    return new GpioSim(config);
  }

  /** Unplug it. */
  remove(): void {
    writeFileSync(`${this.#config}/live`, "0");
  }

  /** Where people look at a line from outside. */
  file(line: number, name: "pull" | "value"): string {
    return `${this.#folder}/sim_gpio${line}/${name}`;
  }

  drive(line: number, high: boolean): void {
    writeFileSync(this.file(line, "pull"), high ? "pull-up" : "pull-down");
  }

  level(line: number): boolean {
    return text(this.file(line, "value")) === "1";
  }

  /** Note every level of a line, by reading it every `everyMs`, or as fast as a thread can. */
  async watch(line: number, everyMs = 0): Promise<() => Promise<readonly boolean[]>> {
    const worker = new Endless(watcher, this.file(line, "value"), everyMs);
    await worker.message();
    return () => worker.stop();
  }

  /** Change a line's level for `ms`, every `everyMs` or as fast as a thread can; leaves it low. */
  async storm(line: number, ms: number, everyMs = 0): Promise<void> {
    const worker = new Endless(stormer, this.file(line, "pull"), everyMs);
    await worker.message();
    await pass(ms);
    await worker.stop();
    this.drive(line, false);
  }
}

export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const watcher = `
  const level = Buffer.alloc(1), seen = [];
  const fd = fs.openSync(workerData.file);
  do {
    fs.readSync(fd, level, 0, 1, 0);
    const high = level[0] === 49;
    if (high !== seen.at(-1)) seen.push(high);
    if (!begun) begin();
    rest();
  } while (goesOn());
  parentPort.postMessage(seen);`;

const stormer = `
  const fd = fs.openSync(workerData.file, "w");
  begin();
  for (let up = true; goesOn(); up = !up) {
    fs.writeSync(fd, up ? "pull-up" : "pull-down", 0);
    rest();
  }
  parentPort.postMessage([]);`;

const frame = (code: string) => `
  const { parentPort, workerData } = require("node:worker_threads");
  const fs = require("node:fs");
  const stop = new Int32Array(workerData.stop);
  let begun = false;
  const begin = () => { begun = true; parentPort.postMessage("begun"); };
  const rest = () => workerData.everyMs > 0 && Atomics.wait(stop, 0, 0, workerData.everyMs);
  const goesOn = () => Atomics.load(stop, 0) === 0;
  ${code}`;

/** A thread that does one thing until it is stopped. */
class Endless {
  readonly #worker: Worker;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));

  constructor(code: string, file: string, everyMs: number) {
    this.#worker = new Worker(frame(code), { eval: true, workerData: { file, everyMs, stop: this.#stop.buffer } });
  }

  message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#worker.once("message", resolve);
      this.#worker.once("error", reject);
    });
  }

  async stop(): Promise<readonly boolean[]> {
    const result = this.message();
    Atomics.store(this.#stop, 0, 1);
    Atomics.notify(this.#stop, 0);
    return (await result) as readonly boolean[];
  }
}
