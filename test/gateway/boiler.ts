import { Type } from "typebox";
import { sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import type { OutputContract } from "../../src/thing/affordance.ts";
import { defineThing } from "../../src/thing/define.ts";
import { lines } from "../../src/transport/lines.ts";
import { simulateSerial } from "../../src/twin/simulate-serial.ts";
import { defineTwin } from "../../src/twin/twin.ts";

/**
 * A device behind a cable, with one output that its property drives; it keeps its level whoever is connected. With
 * `lamp` it has a pin as well.
 */
export function boiler(contract: Partial<OutputContract> = {}, lamp?: Partial<OutputContract>) {
  const definition = defineThing({
    title: "Boiler",
    config: Type.Object({}),
    outputs: { element: { safe: false, ...contract }, ...(lamp && { lamp: { safe: false, ...lamp } }) },
    properties: { on: { title: "It heats", schema: Type.Boolean(), drives: "element", maxAgeMs: 0 } },
    actions: {
      wait: { title: "Wait" },
      hang: { title: "Wait for ever, and hear nothing", cancelGraceMs: 100 },
      light: { title: "Switch the lamp on" },
    },
    async open({ serial, gpio }) {
      const pin = lamp && (await gpio.output("lamp"));
      const line = await serial.open({
        baudRate: 9600,
        codec: lines("\n"),
        replyTimeoutMs: 200,
        resync: { quietMs: 50, probe: "ON?" },
      });
      const put = async (on: boolean) => {
        if ((await line.request(on ? "ON" : "OFF")) !== "ok") throw new DeviceFaultError("it does not obey");
      };
      return {
        read: { on: async () => (await line.request("ON?")) === "1" },
        write: { on: put },
        invoke: {
          wait: () => sleep(3_600_000),
          hang: () => new Promise<void>(() => {}),
          light: () => pin?.write(true),
        },
        stop() {
          if (!state.obeys) throw new DeviceFaultError("it does not stop");
        },
        async safe(kept) {
          if (!kept.includes("lamp")) pin?.write(false);
          if (!kept.includes("element")) await put(false);
        },
        async close(kept) {
          if (!kept.includes("element")) await put(false);
        },
      };
    },
  });
  const state = { on: false, obeys: true };
  const twin = defineTwin(({ clock }) => ({
    ...simulateSerial({
      clock,
      baudRate: 9600,
      commandEnd: "\n",
      frame: (reply) => `${reply}\n`,
      rules: [
        [/^ON\?/, () => (state.on ? "1" : "0")],
        [
          /^(ON|OFF)/,
          (text) => {
            if (!state.obeys) return "no";
            state.on = text === "ON";
            return "ok";
          },
        ],
      ],
    }),
    state,
  }));
  return { definition, twin, state };
}
