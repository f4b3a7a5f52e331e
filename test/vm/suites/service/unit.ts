import { execFile } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { until } from "../../time.ts";

const execute = promisify(execFile);
export const url = "http://127.0.0.1:5000";
/** All of benchd, in an emulated machine on a host that has much else to do. */
const startMs = 120_000;

export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await execute(program, args, { timeout: startMs + 60_000 });
  appendFileSync("/mnt/out/commands.log", `$ ${[program, ...args].join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

export const benchd = (...args: readonly string[]) => run(process.execPath, "dist/benchd/src/cli/main.js", ...args);
export const systemctl = (...args: readonly string[]) => run("systemctl", ...args);

/** What systemd says of the unit. */
export async function unit(name = "benchd") {
  const names = ["ActiveState", "SubState", "Result", "MainPID", "NRestarts", "StatusText", "ExecMainStatus"] as const;
  const { stdout } = await execute("systemctl", ["show", name, ...names.map((one) => `--property=${one}`)]);
  const found = new Map(
    stdout.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.replace(/^\w+=/, "")]),
  );
  const text = (key: (typeof names)[number]) => found.get(key) ?? "";
  return {
    active: text("ActiveState"),
    sub: text("SubState"),
    result: text("Result"),
    pid: Number(text("MainPID")),
    restarts: Number(text("NRestarts")),
    status: text("StatusText"),
    exit: Number(text("ExecMainStatus")),
  };
}

/** Until it is up, as it says itself. */
export const runs = (restarts?: number) =>
  until(
    "the service runs",
    async () => {
      const now = await unit();
      if (now.active === "failed") throw new Error(`the service has failed: ${now.result}, ${now.exit}`);
      return now.active === "active" && now.sub === "running" && (restarts ?? now.restarts) === now.restarts && now;
    },
    { withinMs: startMs, everyMs: 200 },
  );

/** Until process and ExecStopPost have ended, and before the next process is started. */
export const isDown = () =>
  until(
    "the service is down",
    async () => {
      const { sub } = await unit();
      return ["auto-restart", "dead", "failed"].includes(sub);
    },
    { withinMs: startMs, everyMs: 50 },
  );

/** The lines of the journal that have come since `lines` were counted. */
export const journal = () => run("journalctl", "--unit=benchd", "--output=cat", "--no-pager");

const dropIn = "/run/systemd/system/benchd.service.d/vm.conf";

/** Change the unit as an administrator could, or, with nothing, have it as it is shipped. */
export async function override(settings?: string): Promise<void> {
  if (settings !== undefined) {
    mkdirSync("/run/systemd/system/benchd.service.d", { recursive: true });
    writeFileSync(dropIn, `[Service]\n${settings}\n`);
  } else if (existsSync(dropIn)) rmSync(dropIn);
  await systemctl("daemon-reload");
}

export const post = (path: string, body?: object) =>
  fetch(`${url}/${path}`, {
    method: "POST",
    headers: { prefer: "respond-async", ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });

export const get = async (path: string): Promise<unknown> => (await fetch(`${url}/${path}`)).json();
