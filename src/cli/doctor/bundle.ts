import { readdir, readFile, writeFile } from "node:fs/promises";
import { arch, homedir, hostname, platform, release } from "node:os";
import { join } from "node:path";
import { redact } from "../../redact.ts";
import { UsageError } from "../usage.ts";
import type { Finding } from "./finding.ts";
import { scrubConfiguration, scrubValue } from "./scrub.ts";
import type { RunProgram, Said } from "./service.ts";

/** What of the environment is told: nothing else is even looked at. */
const told = [
  "LANG",
  "LC_ALL",
  "TZ",
  "NODE_ENV",
  "STATE_DIRECTORY",
  "RUNTIME_DIRECTORY",
  "BENCHD_STOP_POST",
  "WATCHDOG_USEC",
];

interface Gathered {
  readonly version: string;
  readonly node: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the configuration says. */
  readonly content: unknown;
  readonly stateDirectory: string | undefined;
  readonly findings: readonly Finding[];
  readonly said: Said;
  readonly run: RunProgram;
}

/** All that a bug report needs, as JSON, and nothing that lets anybody in or tells who works there. */
export async function bundle({ version, node, environment, stateDirectory, findings, said, run, ...rest }: Gathered) {
  const { content, taken } = scrubConfiguration(rest.content);
  const log = await run("journalctl", ["-u", "benchd", "-n", "200", "-o", "cat", "--no-pager"]);
  const people = await namesOfTokens(stateDirectory);
  const whole = {
    benchd: version,
    node,
    system: { platform: platform(), release: release(), arch: arch() },
    environment: Object.fromEntries(
      told.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
    ),
    findings,
    configuration: content,
    health: said.health ?? null,
    things: said.states === undefined ? null : statesOf(said.states),
    invocations: said.invocations === undefined ? null : listOf(said.invocations).map(endOf),
    // As a whole: a key goes over several lines.
    log: log === undefined ? null : redact(log).trimEnd().split("\n"),
  };
  return JSON.stringify(scrubValue(whole, [...taken, ...people, hostname(), homedir()]), undefined, 2);
}

/** For its owner alone to read, and over nothing that is there. */
export async function writeBundle(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const why = exists ? "it is there already" : cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${file} cannot be written: ${why}; name another file`, { cause });
  }
}

/** Log lines name people. */
async function namesOfTokens(folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return [];
  const tokens = join(folder, "tokens");
  const files = await readdir(tokens).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(tokens, file), "utf8").catch(() => "")));
  return texts.flatMap((text) => /"name"\s*:\s*"([^"\\]+)"/.exec(text)?.[1] ?? []);
}

type Table = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly Table[] => (Array.isArray(value) ? (value as Table[]) : []);

const statesOf = (states: unknown) =>
  Object.fromEntries(
    Object.entries(states as Readonly<Record<string, Table>>).map(([name, { state, reason }]) => [
      name,
      { state, reason },
    ]),
  );

/** How it has ended, and neither what it was given nor what came of it. */
const endOf = ({ action, status, timeRequested, timeStarted, timeCompleted, reason, outcome, forced }: Table) => ({
  ...{ action, status, timeRequested, timeStarted, timeCompleted, reason, outcome, forced },
});
