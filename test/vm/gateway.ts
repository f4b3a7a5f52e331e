import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What is looked at of an invocation. */
export interface Invocation {
  readonly id: string;
  readonly status: "pending" | "running" | "completed" | "cancelled" | "error";
  readonly outcome: "unknown" | null;
  readonly delivery: readonly { readonly unit: string; readonly confirmed: number; readonly uncertain: number }[];
  readonly error: { readonly type: string; readonly detail: string } | null;
  readonly log: readonly { readonly message: string }[];
}

export interface ThingState {
  readonly state: string;
  readonly reason: string | null;
}

/** Inside the VM: benchd, as it is installed, as the user benchd. Resolves when it listens. */
export async function serve(name: string, configuration: string) {
  const file = `/run/benchd-vm/${name}.yaml`;
  mkdirSync("/run/benchd-vm", { recursive: true });
  writeFileSync(file, configuration);
  const asBenchd = ["--reuid=benchd", "--regid=benchd", "--init-groups"];
  const command = [process.execPath, "dist/benchd/src/cli/main.js", "serve", "--config", file, "--port", "0"];
  const child = spawn("setpriv", [...asBenchd, ...command], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit").then(([status]) => status as number | null);
  process.once("exit", () => child.kill("SIGKILL"));
  const keep = (line: string) => appendFileSync(`/mnt/out/${name}.log`, `${line}\n`);
  createInterface(child.stderr).on("line", keep);
  const url = await new Promise<string>((listening, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      keep(line);
      const found = /benchd listens on (http:\S+?)"/.exec(line)?.[1];
      if (found) listening(found);
    });
    void ended.then((status) => reject(new Error(`benchd ended with ${status}: see ${name}.log`)));
  });

  const request = (path: string, init?: RequestInit) => fetch(`${url}/${path}`, init);
  const get = async (path: string) => (await request(path)).json();
  return {
    request,
    states: async () => (await get("thing_states")) as Readonly<Record<string, ThingState>>,
    invocation: async (id: string, waitS = 0) =>
      (await get(`action_invocations/${id}${waitS ? `?wait=${waitS}` : ""}`)) as Invocation,
    /** Ask for an action, and do not wait for its end. */
    async start(action: string, input: object): Promise<string> {
      const headers = { "content-type": "application/json", prefer: "respond-async" };
      const response = await request(action, { method: "POST", headers, body: JSON.stringify(input) });
      const { id, ...refusal } = (await response.json()) as Partial<Invocation>;
      if (response.status !== 201 || id === undefined) throw new Error(`${action}: ${JSON.stringify(refusal)}`);
      return id;
    },
    async stop(): Promise<number | null> {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
