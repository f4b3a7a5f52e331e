import { Type } from "typebox";
import { ambient } from "../../../src/context.ts";
import { defineThing } from "../../../src/thing/define.ts";

/** A thermometer whose readings a test decides. */
export function probeThing() {
  let lose = () => {};
  let waiting: (() => void) | undefined;
  const probe = {
    value: 20 as number,
    fails: false,
    hangs: false,
    reads: 0,
    /** What it was read for. */
    kinds: new Set<string>(),
    letGo() {
      probe.hangs = false;
      waiting?.();
    },
    lose: () => lose(),
  };
  const definition = defineThing({
    title: "Probe",
    config: Type.Object({}),
    properties: {
      temperature: { title: "Temperature", schema: Type.Number({ unit: "Cel" }), readOnly: true, maxAgeMs: 0 },
    },
    async open({ spawn }) {
      spawn(
        () =>
          new Promise<void>((_, reject) => {
            lose = () => reject(new Error("it has come off"));
          }),
      );
      return {
        read: {
          async temperature() {
            probe.reads++;
            probe.kinds.add(ambient()?.work.kind ?? "none");
            if (probe.hangs)
              await new Promise<void>((resolve) => {
                waiting = resolve;
              });
            if (probe.fails) throw new Error("the probe is broken");
            return probe.value;
          },
        },
      };
    },
  });
  return { probe, definition };
}
