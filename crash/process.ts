import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "./client.ts";

const main = fileURLToPath(new URL("../benchd/src/cli/main.js", import.meta.url));
/** How often it is asked whether it answers already; ms. */
const askMs = 5;
const maxStartMs = 60_000;
/** What it has said last is told when it breaks a promise. */
const keptLines = 200;

/** A real benchd, from its start to its end. */
export class GatewayProcess {
  readonly client: Client;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];
  readonly #ended: Promise<unknown>;

  constructor(config: string, port: number) {
    this.client = new Client(`http://127.0.0.1:${port}`);
    const args = [main, "serve", "--config", config, "--port", String(port)];
    this.#child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (text) => this.#hear(String(text)));
  }

  get said(): string {
    return this.#said.slice(-keptLines).join("");
  }

  /** SIGKILL; resolves when nothing of it is left. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    this.client.close();
  }

  /** SIGTERM; resolves with its exit status. */
  async end(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    await this.#ended;
    return this.#child.exitCode;
  }

  /** The first answer there is to this, and how long that has taken from here. */
  async firstReply(path: string): Promise<{ readonly body: unknown; readonly ms: number }> {
    const from = performance.now();
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`benchd has ended by itself:\n${this.said}`);
      if (performance.now() - from > maxStartMs) throw new Error(`benchd does not answer:\n${this.said}`);
      const reply = await this.client.ask("GET", path);
      if (reply !== "lost") {
        this.client.hears = true;
        return { body: reply.body, ms: performance.now() - from };
      }
      await sleep(askMs);
    }
  }

  #hear(text: string): void {
    this.#said.push(text);
    if (this.#said.length > 2 * keptLines) this.#said.splice(0, keptLines);
  }
}
