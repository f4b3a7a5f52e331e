import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own that takes part in a benchmark, and the first thing it told: a port, or a path. */
export interface Contender<Told> extends Disposable {
  readonly process: ChildProcess;
  readonly told: Told;
}

/** Start `contenders/<name>`; it ends when this process lets go of it. */
export async function start<Told>(name: string, ...args: string[]): Promise<Contender<Told>> {
  const file = fileURLToPath(new URL(`./contenders/${name}.js`, import.meta.url));
  const child = fork(file, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [told] = (await once(child, "message")) as [Told];
  return { process: child, told, [Symbol.dispose]: () => child.disconnect() };
}
