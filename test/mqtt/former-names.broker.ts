import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bench, listening, main, started } from "../cli/installed.ts";
import { freePort } from "../free-port.ts";
import { Broker } from "./broker.ts";
import { keptBy } from "./watcher.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await Broker.start();
});
afterAll(() => broker.end());

/** A gateway as a process of its own; those of one state are one installation. */
async function run(name: string, state: string) {
  const file = join(bench, `renamed-${name}.yaml`);
  const mqtt = `mqtt: { broker: "mqtt://127.0.0.1:${broker.port}", gateway: ${name} }`;
  const text = `listen: { port: ${await freePort()} }\nstateDirectory: ./${state}\n${mqtt}\nthings: { a: { driver: counter } }\n`;
  await writeFile(file, text);
  const running = started(process.execPath, [main, "serve", "--mock", "--config", file], bench);
  await listening(running);
  running.child.stdout?.resume();
  return async (signal: NodeJS.Signals) => {
    running.child.kill(signal);
    await running.ended;
  };
}

const kept = async (name: string) => [...(await keptBy(broker.port, `benchd/${name}/#`)).values()];

test("a gateway that has got another name removes what the broker keeps under the old one, after a kill too; what has a new owner stays", async () => {
  const killed = await run("first", "renamed");
  const known = () => readFile(join(bench, "renamed/mqtt-names.json"), "utf8").catch(() => "");
  const options = { timeout: 60_000, interval: 500 };
  await expect.poll(() => kept("first")).not.toEqual([]);
  // Who is killed before that is on the disk does not know of it.
  await expect.poll(known, options).toContain("benchd/first");
  await killed("SIGKILL");
  const second = await run("second", "renamed");
  await expect.poll(() => kept("first"), options).toEqual([]);
  await second("SIGTERM");
  const left = await kept("second");
  expect(left.some((text) => text.includes('"offline"'))).toBe(true);
  const neighbour = await run("second", "renamed-neighbour");
  await expect.poll(async () => (await kept("second")).join()).toContain('"online"');
  const count = (await kept("second")).length;
  const third = await run("third", "renamed");
  await expect.poll(known, options).not.toContain("benchd/second");
  expect(await known()).toContain("benchd/third");
  expect((await kept("second")).length).toBe(count);
  await Promise.all([neighbour("SIGTERM"), third("SIGTERM")]);
});
