import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { bench, listening, main, project, type Running, started } from "../cli/installed.ts";
import { freePort } from "../free-port.ts";

/** The way to a broker, which can be shut: a network that is away, whatever the broker does. */
export class Gate {
  readonly port: number;
  readonly #broker: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(port: number, broker: number) {
    this.port = port;
    this.#broker = broker;
  }

  static async before(broker: number): Promise<Gate> {
    const gate = new Gate(await freePort(), broker);
    await gate.open();
    return gate;
  }

  async open(): Promise<void> {
    const server = createServer((near) => {
      const far = dial(this.#broker, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        // What passes is not held back for more of it.
        one.setNoDelay(true);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.once("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
  }

  shut(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** As timesyncd says that the clock is right, where a process may have a /run of its own. */
const rightClock =
  "mount -t tmpfs none /run && mkdir -p /run/systemd/timesync && : >/run/systemd/timesync/synchronized";
/** Without it nobody would know whether a request is late. */
export const hasRightClock = spawnSync("unshare", ["-Urm", "sh", "-c", rightClock]).status === 0;

/** A gateway with the mock bench, as a process of its own. */
export class FleetGateway {
  readonly name: string;
  readonly #port: number;
  #running: Running | undefined;

  private constructor(name: string, port: number) {
    this.name = name;
    this.#port = port;
  }

  static async start(name: string, brokerPort: number, more = ""): Promise<FleetGateway> {
    const gateway = new FleetGateway(name, await freePort());
    const things = (await readFile(join(project, "examples/bench.yaml"), "utf8")).replace(
      /^(#|listen:|stateDirectory:).*\n/gm,
      "",
    );
    const mqtt = `mqtt: { broker: "mqtt://127.0.0.1:${brokerPort}", gateway: ${name}${more} }\n`;
    await writeFile(
      join(bench, `${name}.yaml`),
      `listen: { port: ${gateway.#port} }\nstateDirectory: ./${name}\n${mqtt}${things}`,
    );
    await gateway.start();
    return gateway;
  }

  async start(): Promise<void> {
    const args = ["serve", "--mock", "--config", join(bench, `${this.name}.yaml`)];
    const command = [process.execPath, main, ...args];
    const script = `${rightClock} && exec "$0" "$@"`;
    this.#running = hasRightClock
      ? started("unshare", ["-Urm", "sh", "-c", script, ...command], bench)
      : started(process.execPath, [main, ...args], bench);
    await listening(this.#running);
    // Else it would stop once nobody reads what it logs.
    this.#running.child.stdout?.resume();
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#running?.child.kill(signal);
    await this.#running?.ended;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(`${this.url}${path}`)).json();
  }

  /** Resolves with the id of the invocation. */
  async invoke(path: string): Promise<string> {
    const answer = await fetch(`${this.url}${path}`, { method: "POST" });
    const { id } = (await answer.json()) as { readonly id: string };
    return id;
  }

  /** Megabytes. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "latin1");
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) / 1024;
  }
}
