import { defineThing, sleep, Type } from "benchd/driver";
import { defineTwin } from "benchd/testing";
import { labWorld } from "../../hardware-mocks/world.ts";

/** A probe in the bath of the bench, of which a test decides what it tells. */
export function bathProbe() {
  const device = { read: (): Promise<number> => Promise.resolve(Number.NaN) };
  const definition = defineThing({
    title: "Probe in the bath",
    config: Type.Object({}),
    properties: {
      temperature: { title: "Temperature", schema: Type.Number({ unit: "Cel" }), readOnly: true, maxAgeMs: 0 },
    },
    open: async () => ({ read: { temperature: () => device.read() } }),
  });
  const twin = defineTwin(({ clock, share }) => {
    const { bath } = share(labWorld);
    const inBath = async () => {
      await sleep(300);
      return bath.temperature(clock.now());
    };
    device.read = inBath;
    return {
      bath,
      /** It tells this from now on, whatever the bath does. */
      tell(temperature: number) {
        device.read = () => Promise.resolve(temperature);
      },
      fail() {
        device.read = () => Promise.reject(new Error("no answer"));
      },
      hang() {
        device.read = () => new Promise(() => {});
      },
      heal() {
        device.read = inBath;
      },
    };
  });
  return { definition, twin };
}
