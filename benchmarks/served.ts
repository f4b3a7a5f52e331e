import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../test/free-port.ts";

/** Of the project, from its sources as from what is built. */
const root = fileURLToPath(import.meta.url).replace(/(\/dist)?\/benchmarks\/[^/]+$/, "");
const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { bin: { benchd: string } };

/** What is typed as `benchd`. */
export const program = join(root, bin.benchd);
/** The same, file by file: slower to start, and a profile of it tells in which file it was. */
export const unbundled = join(root, "dist/src/cli/main.js");
/** The demonstration bench, for `bench`: all kinds of devices, simulated. */
export const demonstration = (): string =>
  readFileSync(join(root, "examples/bench.yaml"), "utf8").replace(/^listen:.*\n/m, "");

const startingMs = 60_000;
const pollMs = 5;

interface Options {
  /** What stands below `things:` of a benchd.yaml; the counter alone unless told. */
  readonly things?: string;
  /** A whole benchd.yaml instead, but for `listen`, `stateDirectory`, `access` and `limits`. */
  readonly bench?: string;
  /** An empty one on a disk that is to be measured, which is removed at the end; one for temporary files unless told. */
  readonly folder?: string;
  /** Whether a token is asked for; unless told it is. */
  readonly auth?: boolean;
  /** Whether devices are simulated; unless told they are. */
  readonly mock?: boolean;
  /** What is run; as it is typed, unless told. */
  readonly main?: string;
  /** Of Node, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
}

/** The built gateway in a process of its own, as people run it: with its history, tokens, and a log in a file. */
export interface Served extends Disposable {
  readonly url: string;
  readonly port: number;
  /** For everything; empty where none is asked for. */
  readonly token: string;
  /** What a client sends with each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly process: ChildProcess;
  /** With `state/`, `gateway.log` and `benchd.yaml`. */
  readonly folder: string;
  /** From its start to its first answer; milliseconds. */
  readonly startedInMs: number;
  /** Let it end as by systemd; resolves when it has. */
  end(): Promise<void>;
}

/** Resolves with its first answer. It is ended, and its folder removed, when it is disposed of. */
export async function served(options: Options = {}): Promise<Served> {
  const { things = "  counter: { driver: counter }", bench = `things:\n${things}\n` } = options;
  const { auth = true, mock = true, main = program, nodeOptions = [] } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "benchd-served-"));
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const config = join(folder, "benchd.yaml");
  const own = {
    listen: { host: "127.0.0.1", port },
    stateDirectory: join(folder, "state"),
    access: { auth: auth ? "tokens" : "none" },
    // Counted as always, but nobody who measures is told to wait.
    limits: { requestsPerSecond: 100_000 },
  };
  const lines = Object.entries(own).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  writeFileSync(config, `${lines.join("")}${bench}`);
  const token = auth ? makeToken(config) : "";
  const args = [...nodeOptions, main, "serve", "--config", config, ...(mock ? ["--mock"] : [])];
  const log = openSync(join(folder, "gateway.log"), "a");
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, env: plain(), stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const remove = () => {
    process.off("exit", remove);
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", remove);
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(child, url, join(folder, "gateway.log"));
  } catch (error) {
    remove();
    throw error;
  }
  const startedInMs = performance.now() - startedAt;
  const { pid = 0 } = child;
  const headers: Record<string, string> = auth ? { authorization: `Bearer ${token}` } : {};
  const end = () => ended(child);
  return { url, port, token, headers, pid, process: child, folder, startedInMs, end, [Symbol.dispose]: remove };
}

/** Resolves with the first answer of what was started, and writes `log`. */
export async function answers(child: ChildProcess, url: string, log: string): Promise<void> {
  for (const until = performance.now() + startingMs; performance.now() < until; await sleep(pollMs)) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
  }
  throw new Error(`it does not start: ${readFileSync(log, "utf8").slice(-4000)}`);
}

/** Resolves when it has ended, as by systemd. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}

const makeToken = (config: string) =>
  execFileSync(
    process.execPath,
    [program, "token", "create", "--name", "benchmark", "--scope", "admin", "--config", config],
    { encoding: "utf8", env: plain(), stdio: ["ignore", "pipe", "ignore"] },
  ).trim();

/** Without what would let it believe that systemd has started it, or that it is being tested. */
export function plain(): NodeJS.ProcessEnv {
  const { JOURNAL_STREAM, NOTIFY_SOCKET, STATE_DIRECTORY, NODE_OPTIONS, ...rest } = process.env;
  return rest;
}
