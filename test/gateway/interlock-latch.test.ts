import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openGateway } from "./fixture.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true, maxRetries: 3 });
});

const bench = (stateDirectory: string) => `
stateDirectory: ${stateDirectory}
things:
  door: { driver: door, gpio: { switch: { line: 17, pull: up, activeLow: true, debounceMs: 20 } } }
  relays: { driver: relays, gpio: { pump_power: 5, vent: 6, lamp: 13 } }
interlocks:
  lid_open: { thing: door, property: closed, equals: true, outputs: [relays.pump_power] }
`;

async function openBench() {
  const folder = await mkdtemp(join(tmpdir(), "benchd-interlock-"));
  folders.push(folder);
  const file = join(folder, "interlocks.json");
  const reopen = async () => {
    const { gateway, clock, logged } = await openGateway(bench(folder));
    const fault = (name: "open", on: boolean) =>
      on ? gateway.mockFaults?.apply("door", name, {}, "test") : gateway.mockFaults?.end("door", name, "test");
    const door = async (to: "open" | "shut") => {
      fault("open", to === "open");
      await clock.advance(500);
    };
    const write = (property: string, value: unknown) =>
      clock.until(
        gateway
          .thing("relays")
          .write(property, value)
          .then(
            () => "written",
            (error: Error) => error.message,
          ),
      );
    const reset = () => clock.until(gateway.interlocks.reset("lid_open", "ada"));
    return { gateway, clock, logged, door, write, reset, interlock: gateway.interlocks.get("lid_open") };
  };
  return { file, folder, reopen };
}

/** The disk has it, or will in a moment. */
const onDisk = (file: string, text: RegExp) => expect.poll(() => readFile(file, "utf8").catch(() => "")).toMatch(text);

test("a trip is there for the next process, also when the door is shut by then; a reset is, too", async () => {
  const { file, reopen } = await openBench();
  const first = await reopen();
  expect(await first.write("pump_power", true)).toBe("written");
  await first.door("open");
  expect(await first.gateway.thing("relays").read("pump_power")).toBe(false);
  await onDisk(file, /lid_open.*door\.closed is false/);
  // No close: the process is gone from one moment to the next.
  const second = await reopen();
  expect(second.interlock.watch.condition.state).toBe("met");
  expect(second.interlock.trip?.why).toBe("door.closed is false, not true");
  expect(await second.write("pump_power", true)).toContain("lid_open stands between relays and pump_power");
  await second.reset();
  const third = await reopen();
  expect([third.interlock.trip, await third.write("pump_power", true)]).toEqual([undefined, "written"]);
});

test("a trip is there under another name, too; what is gone from the configuration is told", async () => {
  const { file, folder, reopen } = await openBench();
  const first = await reopen();
  await first.door("open");
  await onDisk(file, /lid_open.*door\.closed is false/);
  const renamed = await openGateway(bench(folder).replace("lid_open", "cover"));
  await renamed.clock.advance(500);
  const { trip, watch } = renamed.gateway.interlocks.get("cover");
  expect([trip?.why, watch.condition.state]).toEqual(["door.closed is false, not true", "met"]);
  const without = await openGateway(bench(folder).replace(/interlocks:[\s\S]*/, ""));
  expect(without.logged.join("\n")).toContain(
    "lid_open had tripped (door.closed is false, not true) and is not in the",
  );
});

test("a trip is that of the same interlock where two have exchanged their names before a start", async () => {
  const { file, folder, reopen } = await openBench();
  await (await reopen()).door("open");
  await onDisk(file, /lid_open.*door\.closed is false/);
  const other = "  lid_open: { thing: door, property: closed, equals: true, outputs: [relays.vent] }\n";
  const { gateway } = await openGateway(bench(folder).replace("lid_open", "cover") + other);
  expect(gateway.interlocks.all.map(({ name, trip }) => [name, trip !== undefined])).toEqual([
    ["cover", true],
    ["lid_open", false],
  ]);
});

test("what drives another output of the Thing may be written all the same", async () => {
  const { door, write } = await (await openBench()).reopen();
  await door("open");
  expect([await write("lamp", true), await write("vent", true)]).toEqual(["written", "written"]);
  expect(await write("pump_power", true)).toContain("lid_open");
});

test("a latch file that cannot be read counts as tripped, and is kept", async () => {
  const { file, folder, reopen } = await openBench();
  await writeFile(file, "{ half");
  const { interlock } = await reopen();
  expect(interlock.trip?.why).toContain("the latch file was damaged");
  expect(await readdir(folder)).toContainEqual(expect.stringContaining("interlocks.json.damaged-"));
});

test("a reset that the disk does not take leaves it tripped, and says so", async () => {
  const { file, folder, reopen } = await openBench();
  const { door, reset, interlock } = await reopen();
  await door("open");
  await onDisk(file, /lid_open/);
  await door("shut");
  await rm(folder, { recursive: true });
  await expect(reset()).rejects.toThrow("could not be written to disk, so it stays tripped");
  expect(interlock.trip).toBeDefined();
});
