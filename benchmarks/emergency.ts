/**
 * From the request of an emergency stop to the first byte of the stop at the device, while everything is in its way, as a
 * ratio of what reading a property of the same device takes when nothing is: a bare exchange, over HTTP, now and then, as
 * a stop comes. The device is at a pseudo-terminal, in a process of its own. Fails when it is later than promised.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Contender, start } from "./contender.ts";
import { quantile, row } from "./figures.ts";

const presses = 100;
const readings = 500;
const watchers = 500;
/** That somebody opens in a second, and does not use. */
const connections = 1000;
/** Of those who listen to events. */
const deaf = 50;
/** A device that is silent for so long has not answered. */
const dirtyAfterMs = 300;
/** p99 by the p50 of the bare exchange, and ms at most. */
const promised = { times: 10, ms: 50 };

interface Obstacles {
  readonly queue?: boolean;
  readonly dirty?: boolean;
  readonly full?: boolean;
  /** Somebody else has the device for himself. */
  readonly leased?: boolean;
  /** Pressed at the button, not by HTTP. */
  readonly button?: boolean;
}

class Stand {
  readonly #device: Contender<string>;
  readonly #gateway: Contender<number>;

  constructor(device: Contender<string>, gateway: Contender<number>) {
    this.#device = device;
    this.#gateway = gateway;
  }

  get port(): number {
    return this.#gateway.told;
  }

  async ask(method: string, path: string): Promise<number> {
    const url = `http://127.0.0.1:${this.port}${path}`;
    // In a flood its connection may be taken away while it is idle: then it asks anew, as every client does.
    const reply = await fetch(url, { method }).catch(() => fetch(url, { method }));
    await reply.arrayBuffer();
    return reply.status;
  }

  async #does(method: string, path: string): Promise<void> {
    const status = await this.ask(method, path);
    if (status >= 300) throw new Error(`${method} ${path} is answered with ${status}`);
  }

  /** How long a reading takes; ms. */
  async read(): Promise<number> {
    const from = performance.now();
    const status = await this.ask("GET", "/stopper/temperature");
    if (status !== 200) throw new Error(`a reading is answered with ${status}`);
    return performance.now() - from;
  }

  /** From the press to the first byte of the stop; ms. */
  async press({ queue, dirty, full, leased, button }: Obstacles): Promise<number> {
    if (queue) await this.#wish("fill");
    if (leased) await this.#does("POST", "/stopper/lease");
    if (full) await this.#wish("full");
    if (dirty) this.#device.process.send("silent");
    await sleep((dirty ? dirtyAfterMs : 0) + 20 + 130 * Math.random());
    const stops = this.#stops();
    const begun = process.hrtime.bigint();
    const pressed = button ? this.#wish("press") : this.ask("POST", "/emergency_stop").then(() => begun);
    const from = await pressed;
    const ms = Number((await stops.after(from)) - from) / 1e6;
    this.#device.process.send("talking");
    if (full) await this.#wish("free");
    if (button) await this.#wish("release");
    await this.#recover();
    if (leased) await this.#does("DELETE", "/stopper/lease?break=true&reason=measured");
    return ms;
  }

  /** Until it does as it is told again. */
  async #recover(): Promise<void> {
    for (const until = performance.now() + 20_000; ; await sleep(10)) {
      const cleared = await this.ask("DELETE", "/emergency_stop");
      if (cleared === 200 && (await this.ask("GET", "/stopper/temperature")) === 200) return;
      if (performance.now() > until) throw new Error("it does not come back after an emergency stop");
    }
  }

  /** It may still be told of an earlier one. */
  #stops() {
    const { process: device } = this.#device;
    const stops: bigint[] = [];
    const hear = (at: string) => void stops.push(BigInt(at));
    device.on("message", hear);
    return {
      async after(from: bigint): Promise<bigint> {
        for (;;) {
          const first = stops.find((at) => at >= from);
          if (first === undefined) await once(device, "message");
          else {
            device.off("message", hear);
            return first;
          }
        }
      },
    };
  }

  async #wish(what: string): Promise<bigint> {
    return BigInt(await answerOf(this.#gateway.process, what));
  }
}

async function answerOf(child: ChildProcess, what: string): Promise<string> {
  const answer = once(child, "message") as Promise<[string]>;
  child.send(what);
  const [told] = await answer;
  return told;
}

export async function run(): Promise<void> {
  using device = await start<string>("stopped");
  using gateway = await start<number>("stopping", device.told);
  const stand = new Stand(device, gateway);
  const measured = async (obstacles: Obstacles) => {
    const all: number[] = [];
    while (all.length < presses) all.push(await stand.press(obstacles));
    return all;
  };
  const idle: number[] = [];
  for (let n = 0; n < 200; n++) await stand.read();
  for (; idle.length < readings; await sleep(20 + 30 * Math.random())) idle.push(await stand.read());
  const bare = quantile(idle, 0.5);
  console.log(row("first byte of the stop", "p50 ms", "p99 ms", "max ms", "p99 in bare exchanges"));
  console.log(row("---", "---", "---", "---", "---"));
  const tell = (name: string, all: readonly number[]) => {
    const [p50 = 0, p99 = 0, max = 0] = [0.5, 0.99, 1].map((q) => quantile(all, q));
    console.log(row(name, p50.toFixed(2), p99.toFixed(2), max.toFixed(2), (p99 / bare).toFixed(1)));
    if (p99 > promised.times * bare || max > promised.ms) process.exitCode = 1;
  };
  tell("a bare exchange, idle", idle);
  tell("idle", await measured({}));
  tell("100 in the lane", await measured({ queue: true }));
  tell("100 in the lane, dirty line", await measured({ queue: true, dirty: true }));
  tell("100 in the lane, full disk", await measured({ queue: true, full: true }));
  tell("100 in the lane, held lease", await measured({ queue: true, leased: true }));
  using crowd = await start<number>("watchers", String(stand.port), String(watchers));
  tell(`100 in the lane, ${crowd.told} subscribers`, await measured({ queue: true }));
  using listeners = await start<number>("listeners", String(stand.port), String(watchers), String(deaf));
  tell(`and ${listeners.told} who listen to events, ${deaf} without reading`, await measured({ queue: true }));
  {
    using flood = await start<number>("connections", String(stand.port), String(connections));
    tell(`and ${flood.told} new connections a second`, await measured({ queue: true }));
  }
  const all = { queue: true, dirty: true, full: true, leased: true };
  tell("all of these", await measured(all));
  tell("all of these, by the button", await measured({ ...all, button: true }));
}
