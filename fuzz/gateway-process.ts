import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Held, held } from "./held.ts";
import type { ToldRoute } from "./surface.ts";

/** What a gateway tells of itself. */
interface Told {
  /** The file of its heap snapshot. */
  readonly snapshot: string;
  readonly rss: number;
  /** Of clients. */
  readonly connections: number;
  /** What keeps its event loop alive, by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

/** How much it holds. */
export interface Examined extends Omit<Told, "snapshot"> {
  readonly heap: Held;
}

export type ToGateway = "examine" | "end";
export type FromGateway =
  | { readonly listening: number; readonly routes: readonly ToldRoute[] }
  | { readonly examined: Told }
  | { readonly fault: string };

const program = fileURLToPath(new URL("./gateway.js", import.meta.url));
const bench = fileURLToPath(new URL("../../examples/bench.yaml", import.meta.url));
const maxMs = 60_000;
const keptLines = 100;

/** A gateway in a process of its own, so that nothing of who tries it is in its memory, and it can fall alone. */
export class GatewayProcess {
  readonly port: number;
  readonly routes: readonly ToldRoute[];
  /** What it has told of itself that should never be. */
  readonly faults: string[];
  /** Once it has ended, as it was told to or not. */
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, listening: number, routes: readonly ToldRoute[], faults: string[]) {
    this.#child = child;
    this.port = listening;
    this.routes = routes;
    this.faults = faults;
    this.ended = once(child, "exit");
    child.once("exit", (code, signal) => {
      if (code !== 0) faults.push(`it has ended with ${code ?? signal}`);
    });
  }

  static async start(stateDirectory: string): Promise<GatewayProcess> {
    // Maps of sources are read when an error is met, and kept: what is weighed would grow by them.
    const child = fork(program, [bench, stateDirectory], { execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const said: string[] = [];
    const faults: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text) => {
        said.push(String(text));
        if (said.length > keptLines) said.shift();
      });
    child.on("message", (message: FromGateway) => {
      if ("fault" in message) faults.push(message.fault);
    });
    child.once("exit", (code) => {
      if (code !== 0 && said.length > 0) faults.push(said.join("").slice(-4000));
    });
    const begun = await told(child, "listening");
    return new GatewayProcess(child, begun.listening, begun.routes, faults);
  }

  async examine(): Promise<Examined> {
    const answer = told(this.#child, "examined");
    this.#child.send("examine" satisfies ToGateway);
    const { snapshot, ...rest } = (await answer).examined;
    return { ...rest, heap: await held(snapshot) };
  }

  /** Resolves when nothing of it is left. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.send("end" satisfies ToGateway);
    const timer = setTimeout(() => {
      this.faults.push("it does not end");
      this.#child.kill("SIGKILL");
    }, maxMs);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.ended;
    clearTimeout(timer);
  }
}

/** The next message of that kind. */
function told<K extends "listening" | "examined">(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FromGateway, Record<K, unknown>>> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error("the gateway that is tried does not answer"));
    const timer = setTimeout(fail, maxMs);
    const hear = (message: FromGateway) => {
      if (!(kind in message)) return;
      clearTimeout(timer);
      child.off("message", hear).off("exit", fail);
      resolve(message as Extract<FromGateway, Record<K, unknown>>);
    };
    child.on("message", hear).once("exit", fail);
  });
}
