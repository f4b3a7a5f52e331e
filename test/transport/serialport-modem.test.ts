import { expect, test } from "vitest";
import { serialPortModem } from "../../src/transport/serialport-modem.ts";

test("two who set a line each at once do not undo what the other has set, in whatever order the system serves them", async () => {
  const seen: { dtr: boolean; rts: boolean; brk: boolean }[] = [];
  const served: (() => void)[] = [];
  const modem = serialPortModem({
    path: "/dev/ttyUSB0",
    get: (done) => done(null, { cts: true, dsr: true, dcd: true }),
    set: (lines, done) =>
      void served.push(() => {
        seen.push(lines);
        done(null);
      }),
  });
  const both = Promise.all([modem.set({ dtr: false }), modem.set({ rts: false })]);
  while (seen.length < 2) {
    await Promise.resolve();
    served.pop()?.();
  }
  await both;
  expect(seen.at(-1)).toEqual({ dtr: false, rts: false, brk: false });
});

test("a line that could not be set keeps nobody else from setting his", async () => {
  let refuse = true;
  const modem = serialPortModem({
    path: "/dev/ttyUSB0",
    get: (done) => done(null),
    set: (_, done) => done(refuse ? new Error("Input/output error") : null),
  });
  await expect(modem.set({ dtr: false })).rejects.toThrow(/do not answer/);
  refuse = false;
  await expect(modem.set({ rts: false })).resolves.toBeUndefined();
});
