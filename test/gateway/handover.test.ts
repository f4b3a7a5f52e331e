import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Handover } from "../../src/gateway/handover.ts";
import { temporaryFolder } from "../journal/fixture.ts";
import { openGateway } from "./fixture.ts";

const note = JSON.stringify({ at: 0, things: { relays: { lamp: 5000 } } });

test("what a planned stop has left on is known until a start opens it, not only until one in safe mode", async () => {
  const stateDirectory = temporaryFolder();
  const file = join(stateDirectory, "handed-on.json");
  writeFileSync(file, note);
  const yaml = `stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`;
  const looked = await openGateway(yaml, { safeMode: "safe mode, as three starts have failed" });
  expect(existsSync(file)).toBe(true);
  await looked.clock.until(looked.gateway.close());
  expect(existsSync(file)).toBe(true);
  const opened = await openGateway(yaml);
  expect(existsSync(file)).toBe(false);
  await opened.clock.until(opened.gateway.close());
});

test("F37 a note of what is on that cannot be removed is not used: the start after a crash would find it again", async () => {
  const file = join(temporaryFolder(), "handed-on.json");
  writeFileSync(file, note);
  const told: string[] = [];
  const handover = await Handover.open(file, (level, message) => void told.push(`${level} ${message}`));
  expect(Object.keys(handover.of("relays"))).toEqual(["lamp"]);
  // A folder in its place cannot be removed as a file is.
  rmSync(file);
  mkdirSync(file);
  await handover.spend();
  expect([handover.of("relays"), told]).toEqual([{}, [expect.stringMatching(/^warning .*is made safe, as the note/)]]);
});
