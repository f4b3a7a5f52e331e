import { DeviceFaultError, defineThing, sleep, Type } from "benchd/driver";
import { defineTwin } from "benchd/testing";
import { labWorld } from "../../hardware-mocks/world.ts";

/** What the element has; Ω. */
const resistance = 4;

/** A power supply with an element in the bath of the bench, of which a test decides whether it obeys. */
export function bathSupply() {
  let set: (what: { voltage?: number; output?: boolean }) => void = () => {};
  const state = { voltage: 0, output: false, writes: 0, refusals: 0, refuses: false };
  const definition = defineThing({
    title: "Supply of the element",
    config: Type.Object({}),
    outputs: { output: { safe: false } },
    properties: {
      voltage: { title: "Voltage", schema: Type.Number({ unit: "V" }), maxAgeMs: 0 },
      output: { title: "Output", schema: Type.Boolean(), drives: "output", maxAgeMs: 0 },
    },
    async open() {
      const write = async (what: { voltage?: number; output?: boolean }) => {
        await sleep(20);
        if (state.refuses) {
          state.refusals++;
          throw new DeviceFaultError("the supply refuses");
        }
        state.writes++;
        set(what);
      };
      return {
        read: { voltage: () => state.voltage, output: () => state.output },
        write: { voltage: (voltage) => write({ voltage }), output: (output) => write({ output }) },
        stop: () => write({ output: false }),
        safe: () => set({ output: false }),
        close: () => set({ output: false }),
      };
    },
  });
  const twin = defineTwin(({ clock, share }) => {
    const { bath } = share(labWorld);
    Object.assign(state, { voltage: 0, output: false, writes: 0, refusals: 0, refuses: false });
    set = (what) => {
      bath.temperature(clock.now());
      Object.assign(state, what);
      bath.power = state.output ? state.voltage ** 2 / resistance : 0;
    };
    return { bath, state };
  });
  return { definition, twin };
}
