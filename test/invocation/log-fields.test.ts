import { expect, test } from "vitest";
import { DeviceFaultError } from "../../src/errors.ts";
import type { HostOptions } from "../../src/invocation/host.ts";
import { testJournal, testScheduler } from "./fixture.ts";

function logging(journal = testJournal()) {
  const logged: Parameters<HostOptions["log"]>[] = [];
  const bench = testScheduler({ journal, log: (...entry) => void logged.push(entry) });
  return { ...bench, logged, pump: bench.thing("pump") };
}

test("what has not ended well is logged with its action, its id and the code of its error", async () => {
  const { clock, pump, logged } = logging();
  const failing = pump.request("dispense", async () => {
    throw new DeviceFaultError("it has stalled");
  });
  await clock.until(failing.ended);
  expect(logged).toEqual([
    [
      ...["pump", "info", `pump/dispense (${failing.id}): error, it has stalled`],
      { action: "dispense", invocation: failing.id, code: "BENCHD_DEVICE_FAULT" },
    ],
  ]);
});

test("an error that is none of ours has no code that anybody could look for", async () => {
  const { clock, pump, logged } = logging();
  const failing = pump.request("dispense", async () => {
    throw Object.assign(new TypeError("no such method"), { code: "whatever" });
  });
  await clock.until(failing.ended);
  expect(logged.map(([, , , fields]) => fields)).toEqual([{ action: "dispense", invocation: failing.id }]);
});

test("one that could not be recorded is told of as that one", async () => {
  const acknowledged = () => Promise.reject(new Error("no space"));
  const { clock, pump, logged } = logging({ ...testJournal(), acknowledged });
  const { id, ended } = pump.request("prime", async () => {});
  await clock.until(ended);
  await expect.poll(() => logged).toHaveLength(1);
  expect(logged).toEqual([
    ["pump", "error", `invocation ${id} could not be recorded: no space`, { action: "prime", invocation: id }],
  ]);
});
