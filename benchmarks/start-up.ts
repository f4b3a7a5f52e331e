/** How soon the gateway answers after its start, and what it holds when nothing happens, against a bare process. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundleText } from "../bundle/bundle.ts";
import { freePort } from "../test/free-port.ts";
import { judged, median, ratios, row, spread } from "./figures.ts";
import { answers, demonstration, ended, plain, served } from "./served.ts";

const rounds = 7;
/** Until its memory is looked at; its garbage is left to it. */
const settlingMs = 10_000;

/** What a start of benchd loads of others, in the order of its size. */
const modules = [
  ...["fastify", "@fastify/cors", "@fastify/websocket", "typebox", "typebox/compile", "typebox/value", "yaml", "pino"],
  ...["better-sqlite3", "serialport", "croner", "safe-regex2"],
];

/** Loads them, opens nothing, and has one answer. */
const bareProcess = `
${modules.map((name, n) => `import * as m${n} from "${name}";`).join("\n")}
globalThis.kept = [${modules.map((_, n) => `m${n}`)}];
const { default: fastify } = m0;
const { pino } = m${modules.indexOf("pino")};
const app = fastify({ loggerInstance: pino({}, pino.destination({ dest: 1, sync: false })) });
app.get("/health", async () => ({ status: "ok" }));
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
`;

interface Start {
  /** To its first reply; milliseconds. */
  readonly ms: number;
  /** To the first of what waits for its Things. */
  readonly openedMs: number;
  /** MB. */
  readonly idle: number;
}

async function startBare(program: string): Promise<Start> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "benchd-bare-"));
  const file = join(folder, "bare.log");
  const log = openSync(file, "a");
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, String(port)], { env: plain(), stdio: ["ignore", log, log] });
  closeSync(log);
  try {
    await answers(child, `http://127.0.0.1:${port}`, file);
    const ms = performance.now() - startedAt;
    return { ms, openedMs: ms, idle: await idleOf(child.pid ?? 0) };
  } finally {
    await ended(child);
    rmSync(folder, { recursive: true });
  }
}

async function startGateway(): Promise<Start> {
  using gateway = await served({ bench: demonstration() });
  const { startedInMs: ms, url, headers, pid } = gateway;
  const answered = performance.now();
  const states = await fetch(`${url}/thing_states`, { headers });
  await states.arrayBuffer();
  if (!states.ok) throw new Error(`its Things are answered with ${states.status}`);
  const start = { ms, openedMs: ms + performance.now() - answered, idle: await idleOf(pid) };
  await gateway.end();
  return start;
}

async function idleOf(pid: number): Promise<number> {
  await sleep(settlingMs);
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

export async function run(): Promise<void> {
  const folder = fileURLToPath(new URL("./bare-process", import.meta.url));
  const program = await bundleText(bareProcess, folder);
  const [bare, ours]: [Start[], Start[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bare.push(await startBare(program));
    ours.push(await startGateway());
  }
  console.log(row("", "bare process", "benchd", "ratio", "spread", "promised"));
  console.log(row("---", "---:", "---:", "---:", "---:", "---"));
  tell("start to first reply, ms", bare, ours, ({ ms }) => ms, 1.5);
  tell("start until its Things are open, ms", bare, ours, ({ openedMs }) => openedMs);
  tell("idle memory (RSS), MB", bare, ours, ({ idle }) => idle, 1.25);
}

function tell(what: string, bare: readonly Start[], ours: readonly Start[], of: (s: Start) => number, atMost?: number) {
  const [theirs, own] = [bare.map(of), ours.map(of)];
  const all = ratios(own, theirs);
  const ratio = median(all);
  const verdict = atMost === undefined ? "" : judged(what, ratio, { atMost });
  console.log(row(what, median(theirs).toFixed(0), median(own).toFixed(0), ratio.toFixed(2), spread(all), verdict));
}
