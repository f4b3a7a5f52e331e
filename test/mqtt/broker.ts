import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";

/** A mosquitto of one's own on the loopback, in a folder of its own. */
export class Broker {
  readonly folder: string;
  readonly port: number;
  readonly #lines: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, lines: readonly string[]) {
    this.folder = folder;
    this.port = port;
    this.#lines = lines;
  }

  /** `lines` are those of its configuration beside its listener; `files` are written beside it. */
  static async start(
    lines: readonly string[] = ["allow_anonymous true"],
    files: Readonly<Record<string, string>> = {},
  ): Promise<Broker> {
    const folder = await mkdtemp(join(tmpdir(), "benchd-broker-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
    const broker = new Broker(folder, await freePort(), lines);
    await broker.start();
    return broker;
  }

  /** Again, on the same port. */
  async start(): Promise<void> {
    const { folder, port } = this;
    const file = join(folder, "mosquitto.conf");
    const lines = this.#lines.map((line) => line.replaceAll("FOLDER", folder));
    // As root it would become somebody who may not read its folder.
    const text = ["per_listener_settings false", `listener ${port} 127.0.0.1`, "user root", ...lines, ""].join("\n");
    await writeFile(file, text, { mode: 0o600 });
    const child = spawn("mosquitto", ["-c", file], { stdio: "ignore" });
    this.#process = child;
    await once(child, "spawn");
    while (!(await answers(port))) {
      if (child.exitCode !== null)
        throw new Error(`mosquitto has ended with ${child.exitCode}: mosquitto -v -c ${file}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** As a power cut would, unless told: mosquitto writes nothing then. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true });
  }
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });

/** As mosquitto_passwd writes them. */
export function hashed(users: Readonly<Record<string, string>>): string {
  const text = Object.entries(users)
    .map(([name, password]) => `${name}:${password}\n`)
    .join("");
  const script = 'f=$(mktemp) && cat >"$f" && mosquitto_passwd -U "$f" && cat "$f" && rm "$f"';
  return execFileSync("sh", ["-c", script], { input: text, encoding: "utf8" });
}
