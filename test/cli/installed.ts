import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { bundle } from "../../bundle/bundle.ts";

export const project = fileURLToPath(new URL("../..", import.meta.url));
/** The package as it is installed: apart from the sources, in a folder of its own. */
export const installed = mkdtempSync(join(tmpdir(), "benchd-installed-"));
/** Where it is run. */
export const bench = join(installed, "bench");
export const main = join(installed, "dist/benchd/src/cli/main.js");

beforeAll(async () => {
  await bundle(join(installed, "dist/benchd"));
  cpSync(join(project, "package.json"), join(installed, "package.json"));
  symlinkSync(join(project, "node_modules"), join(installed, "node_modules"));
  mkdirSync(bench);
}, 60_000);

afterAll(() => rmSync(installed, { recursive: true }));

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

export type Running = ReturnType<typeof started>;

export const benchd = (...args: readonly string[]) => started(process.execPath, [main, ...args], bench);

/** As a service, with what systemd would put into its environment. */
export const service = (environment: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  started(process.execPath, [main, ...args], bench, environment);

export function started(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
) {
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let complaints = "";
  child.stderr.on("data", (text) => {
    complaints += text;
  });
  const ended = once(child, "close").then(([status]) => status as number | null);
  const lines = createInterface({ input: child.stdout });
  return { child, ended, lines, complaints: () => complaints };
}

/** The URL that a gateway says it listens on. */
export async function listening({ lines, ended, complaints }: Running): Promise<string> {
  const said = (async () => {
    for await (const line of lines) {
      const url = /benchd listens on (http:\S+?)"/.exec(line)?.[1];
      if (url) return url;
    }
    return undefined;
  })();
  const url = await said;
  if (!url) throw new Error(`it ended with ${await ended}: ${complaints()}`);
  return url;
}
