import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own that takes part in a benchmark, and the first thing it told: a port, or a path. */
export interface Contender<Told> extends Disposable {
  readonly process: ChildProcess;
  readonly told: Told;
}

/** Start `contenders/<name>`; it ends when this process lets go of it. */
export const start = <Told>(name: string, ...args: string[]): Promise<Contender<Told>> =>
  startFile(fileURLToPath(new URL(`./contenders/${name}.js`, import.meta.url)), args);

/** Start any program that does the same. */
export async function startFile<Told>(file: string, args: readonly string[]): Promise<Contender<Told>> {
  const child = fork(file, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const gone = once(child, "exit").then(() => {
    throw new Error(`${file} has ended before it had begun`);
  });
  const [told] = (await Promise.race([once(child, "message"), gone])) as [Told];
  return { process: child, told, [Symbol.dispose]: () => child.disconnect() };
}
