import { expect } from "vitest";
import { type FaultTest, noAction, notItsOwn, noWire, unless } from "./fault.ts";
import type { Device } from "./subject.ts";
import { Trial } from "./trial.ts";

/** What keeps a device from being opened, and what is said of it. */
const obstacles: readonly (readonly [FaultTest["number"], string, (device: Device) => void, RegExp])[] = [
  ["F20", "a port that it may not open", (device) => device.refuseOpening("EACCES"), /dialout/],
  ["F20", "a port that another program has", (device) => device.refuseOpening("EBUSY"), /in use/],
  ["F20", "a port that fails to open", (device) => device.refuseOpening("EIO"), /input\/output error/i],
  ["F22", "a device at another pace", (device) => device.setBaudRate(1200), /baud rate|unresponsive|silent|expected/],
  ["F23", "a device that is off", (device) => device.powerOff(), /did not answer|unresponsive/],
];

export const opening: readonly FaultTest[] = [
  ...obstacles.map(
    ([number, what, begin, told]): FaultTest => ({
      number,
      holds: `${what} at the start is told with its remedy, keeps nobody else, and is opened once that is over`,
      excluded: unless(noWire, notItsOwn),
      async run(subject) {
        const trial = await Trial.open(subject, begin);
        const { bench, faulty } = trial;
        await bench.clock.advance(60_000);
        await trial.attempted();
        expect(faulty.state).toBe("disconnected");
        expect(faulty.reason).toMatch(told);
        await trial.recovers();
        await trial.close();
      },
    }),
  ),
  {
    number: "F21",
    holds: "whoever opens its port a second time is refused, and it goes on",
    excluded: unless(noWire, noAction, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      const second = trial.device.open({ baudRate: 9600 }, { data() {}, closed() {} });
      await expect(second).rejects.toMatchObject({ code: "BENCHD_PORT_BUSY" });
      await trial.ends(invocation);
      expect([invocation.status, invocation.error?.message]).toEqual(["completed", undefined]);
      await trial.recovers();
      await trial.close();
    },
  },
];
