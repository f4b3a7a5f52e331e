import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { strace } from "./trace.ts";

const main = fileURLToPath(new URL("../benchd/src/cli/main.js", import.meta.url));
/** Rows of this size fill the log of the database soon, so that it is moved while somebody watches; characters. */
const ballast = "x".repeat(20_000);
/** How many ask at the same time. */
const clients = 4;
/** How often one of them presses the emergency stop. */
const pressEvery = 20;

/** What was asked, by what is sure to be told apart in the answers. */
export interface Recording {
  readonly trace: string;
  readonly state: string;
  /** The values of the setting, in the order in which they were asked for and answered. */
  readonly settings: readonly number[];
  /** The invocations that were asked for with a key. */
  readonly keyed: ReadonlySet<string>;
}

/** Let a benchd work under strace, and end in order. */
export async function record(folder: string, requests: number, keys: boolean): Promise<Recording> {
  const state = join(folder, "state");
  const trace = join(folder, "trace");
  const config = join(folder, "benchd.yaml");
  mkdirSync(state, { recursive: true });
  writeFileSync(config, `stateDirectory: ${state}\nthings: { counter: { driver: counter } }\n`);
  const serve = [process.execPath, main, "serve", "--mock", "--config", config, "--port", "0"];
  const child = spawn("strace", [...strace(trace), ...serve], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const url = await listening(child.stdout);
  const settings: number[] = [];
  const keyed = new Set<string>();
  await Promise.all([
    ...Array.from({ length: clients }, (_, n) => invoke(url, n, requests / clients, keys, keyed)),
    set(url, requests / 10, settings),
  ]);
  // Of strace a signal would be told, not of what it looks at.
  process.kill(tracee(child.pid), "SIGTERM");
  await ended;
  return { trace, state, settings, keyed };
}

async function listening(stdout: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    const url = /benchd listens on (http:\S+?)"/.exec(line)?.[1];
    if (url === undefined) continue;
    // It goes on talking.
    stdout.resume();
    return url;
  }
  throw new Error("benchd does not start under strace: is ptrace allowed here?");
}

function tracee(parent: number | undefined): number {
  return Number(readFileSync(`/proc/${parent}/task/${parent}/children`, "latin1"));
}

async function send(url: string, method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

async function invoke(url: string, client: number, requests: number, keys: boolean, keyed: Set<string>): Promise<void> {
  for (let n = 0; n < requests; n++) {
    if (client === 0 && n % pressEvery === pressEvery - 1) await press(url);
    const key = keys && n % 2 === 0;
    const headers: Record<string, string> = key ? { "idempotency-key": `${client}-${n}` } : {};
    const { status, body } = await send(url, "POST", "/counter/echo", { number: n, text: ballast }, headers);
    if (key && status === 201) keyed.add((body as { readonly id: string }).id);
  }
}

async function set(url: string, requests: number, settings: number[]): Promise<void> {
  for (let value = 1; value <= requests; value++) {
    const { status } = await send(url, "PUT", "/counter/gain", value);
    if (status === 201) settings.push(value);
  }
}

/** It refuses everything meanwhile. */
async function press(url: string): Promise<void> {
  await send(url, "POST", "/emergency_stop", {});
  await send(url, "DELETE", "/emergency_stop", {});
}
