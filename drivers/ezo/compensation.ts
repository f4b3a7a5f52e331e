import { DeviceFaultError, DeviceResetError, Type } from "benchd/driver";
import type { Ezo } from "./dialogue.ts";

/** The circuit shows what it was told to two decimals. */
const resolution = 0.011;

/** The property of circuits whose reading depends on the temperature of the sample. */
export const compensation = {
  title: "Temperature of the sample that readings are compensated for",
  description: "Lost with the power of the circuit, and written again when it is back",
  schema: Type.Number({ minimum: -20, maximum: 130, default: 25, unit: "Cel" }),
  persist: true,
} as const;

/** The circuit's temperature compensation: told, read back, and looked at before readings that count. */
export function compensate(ezo: Ezo) {
  let wanted: number | undefined;
  const read = () => ezo.askNumber("T");

  return {
    read,
    async write(celsius: number) {
      const rounded = Number(celsius.toFixed(2));
      await ezo.command(`T,${rounded}`);
      const shown = await read();
      if (Math.abs(shown - rounded) > resolution)
        throw new DeviceFaultError(`the circuit compensates for ${shown} °C after it was told ${rounded} °C`);
      wanted = rounded;
    },
    /** What it compensates for, which is what it was told; throws `DeviceResetError`. */
    async check(): Promise<number> {
      const shown = await read();
      if (wanted !== undefined && Math.abs(shown - wanted) > resolution)
        throw new DeviceResetError(
          `the circuit compensates for ${shown} °C, and was told ${wanted} °C: it has lost its power; write "compensation" again`,
        );
      return shown;
    },
  };
}
