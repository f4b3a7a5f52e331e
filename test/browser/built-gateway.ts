import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";

/** Of the project, from its sources as from what is built. */
const root = fileURLToPath(import.meta.url).replace(/(\/dist)?\/test\/browser\/[^/]+$/, "");
const main = join(root, "dist/benchd/src/cli/main.js");
const demonstration = join(root, "examples/bench.yaml");

interface Options {
  /** A benchd.yaml, but for `listen` and `stateDirectory`; the demonstration bench unless told. */
  readonly bench?: string;
  readonly timeScale?: number;
  /** To stand beside the configuration, by their names. */
  readonly files?: Readonly<Record<string, string>>;
  /** What has to be done before it begins. */
  readonly first?: (gateway: BuiltGateway) => void;
}

/** The built program on simulated devices, in a process and with a state folder of its own. */
export class BuiltGateway {
  readonly url: string;
  readonly folder: string;
  readonly #port: number;
  readonly #timeScale: number;
  #child: ChildProcess | undefined;
  #said = "";

  private constructor(folder: string, port: number, timeScale: number) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.#port = port;
    this.#timeScale = timeScale;
  }

  static async start({ bench, timeScale = 1, files = {}, first }: Options = {}): Promise<BuiltGateway> {
    const folder = await mkdtemp(join(tmpdir(), "benchd-browser-"));
    const text = bench ?? (await readFile(demonstration, "utf8"));
    await writeFile(join(folder, "bench.yaml"), `stateDirectory: ${JSON.stringify(join(folder, "state"))}\n${text}`);
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const gateway = new BuiltGateway(folder, await freePort(), timeScale);
    first?.(gateway);
    await gateway.begin();
    return gateway;
  }

  /** What is typed as `benchd`. */
  get program(): string {
    return main;
  }

  get config(): string {
    return join(this.folder, "bench.yaml");
  }

  /** Also after `end`, at the same address. */
  async begin(): Promise<void> {
    const paced = this.#timeScale === 1 ? [] : ["--time-scale", String(this.#timeScale)];
    const args = ["serve", "--mock", "--config", this.config, "--port", String(this.#port), ...paced];
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        this.#said = `${this.#said}${text}`.slice(-20_000);
      });
    for (let left = 300; left > 0; left--) {
      if (child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/health`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((go) => setTimeout(go, 100));
    }
    throw new Error(`the gateway has not begun: ${this.#said}`);
  }

  /** Ask it something; rejects with what it refuses. */
  async ask(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Of it nothing is left, but what it has on its disk. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}
