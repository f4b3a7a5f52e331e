import { Agent, request } from "node:http";
import type { Surface } from "./surface.ts";

/** An emergency stop answers within this time, on however slow a machine; ms. */
const maxStopMs = 10_000;
/** What has been pressed, unplugged or left open is in order again within this time; ms. */
const maxTidyMs = 60_000;

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** Somebody who may do everything, on connections of his own: presses the emergency stop and puts the bench in order. */
export class Upkeep {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  /** How long each emergency stop took to be answered; ms. */
  readonly stops: number[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  ask(method: string, path: string, body?: unknown): Promise<Reply> {
    const begun = performance.now();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: "Bearer fuzz-admin",
      ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const asked = request(
        { port: this.#port, host: "127.0.0.1", method, path, headers, agent: this.#agent },
        (reply) => {
          let came = "";
          reply.setEncoding("utf8").on("data", (piece: string) => {
            came += piece;
          });
          reply.on("end", () => resolve({ status: reply.statusCode ?? 0, body: came, ms: performance.now() - begun }));
          reply.on("error", reject);
        },
      );
      asked.setTimeout(maxStopMs * 2, () => asked.destroy(new Error(`${method} ${path} is not answered`)));
      asked.on("error", reject);
      asked.end(text);
    });
  }

  /** Press the emergency stop in the middle of everything. Returns what is wrong with that. */
  async stop(): Promise<readonly string[]> {
    const { status, body, ms } = await this.ask("POST", "/emergency_stop?reason=fuzz");
    this.stops.push(ms);
    if (status !== 200 && status !== 202) return [`the emergency stop is answered by ${status}: ${body.slice(0, 300)}`];
    return ms > maxStopMs ? [`the emergency stop is answered after ${ms.toFixed(0)} ms`] : [];
  }

  /** End all faults, clear the stop, open again what is out of order. Returns what cannot be put in order. */
  async tidy({ things }: Surface): Promise<readonly string[]> {
    const until = performance.now() + maxTidyMs;
    for (;;) {
      for (const thing of things) {
        await this.ask("DELETE", `/mock/${thing}/faults`);
        await this.ask("DELETE", `/${thing}/lease?break=true&reason=tidy`);
        await this.ask("DELETE", `/${thing}/quarantine`);
      }
      const cleared = await this.ask("DELETE", "/emergency_stop?reason=tidy");
      const work = await this.ask("POST", "/counter/noop");
      if (cleared.status === 200 && work.status === 201) return [];
      if (performance.now() > until)
        return [`the bench does not work again: ${cleared.status} ${cleared.body}, ${work.status} ${work.body}`];
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** That every Thing is ready, and works: with all that could go wrong ended. */
  async allWell(surface: Surface): Promise<readonly string[]> {
    const until = performance.now() + maxTidyMs;
    for (;;) {
      const wrong = await this.tidy(surface);
      if (wrong.length > 0) return wrong;
      const states = JSON.parse((await this.ask("GET", "/thing_states")).body) as Readonly<
        Record<string, { readonly state?: string }>
      >;
      const out = Object.entries(states).filter(([, { state }]) => state !== "ready");
      if (out.length === 0) return [];
      if (performance.now() > until) return [`these do not work again: ${JSON.stringify(Object.fromEntries(out))}`];
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
