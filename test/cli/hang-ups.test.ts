import pino from "pino";
import { expect, test } from "vitest";
import { HangUps } from "../../src/cli/hang-ups.ts";
import { Supervisor } from "../../src/cli/systemd/supervisor.ts";
import { openReloadable } from "../gateway/reload/reloaded.ts";
import { testShell } from "./shell.ts";

const one = "things:\n  a: { driver: counter }\n";

test("SIGHUP has the configuration read again, once for all that came before it served; what is wrong is logged", async () => {
  const { gateway, write, logged, close } = await openReloadable(one);
  const shell = testShell();
  const hangUps = new HangUps({ shell, supervisor: new Supervisor(shell), log: pino({}, shell.logTo) });
  shell.hangUp();
  shell.hangUp();
  write("things:\n  a: { driver: counter }\n  b: { driver: counter }\n");
  hangUps.serves(gateway);
  await expect
    .poll(() => shell.notified)
    .toEqual([expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/), "READY=1"]);
  expect([...gateway.things.keys()]).toEqual(["a", "b"]);
  expect(logged).toContain("info : the configuration was read again for SIGHUP: added: b");

  write("things: { a: { driver: conter } }");
  shell.hangUp();
  expect(await shell.hasLogged(/not taken up/)).toMatchObject({ msg: expect.stringContaining("test.yaml:1:24:") });
  expect([...gateway.things.keys()]).toEqual(["a", "b"]);
  await expect.poll(() => shell.notified.length).toBe(4);
  hangUps.release();
  expect(shell.listeners).toBe(0);
  await close();
});
