import { ConfigError } from "../../errors.ts";
import type { LineSettings } from "../byte-stream.ts";
import type { TtySettings } from "../tty.ts";

/** A divider of the port's own clock is never exact; beyond this, the last bit of a byte is read as its neighbour. */
const baudTolerance = 0.03;

/**
 * Throws unless a port is set up as it was told to be: the system says yes also when a port has taken a part only. A
 * pseudo-terminal passes whole bytes and knows no parity, so that what it makes of one does not matter.
 */
export function assertTaken(
  path: string,
  wanted: LineSettings & Pick<TtySettings, "flowControl">,
  taken: TtySettings,
  pseudo: boolean,
): void {
  const { baudRate, dataBits = 8, parity = "none", stopBits = 1, flowControl } = wanted;
  const differences = [
    Math.abs(taken.baudRate - baudRate) > baudRate * baudTolerance && `${taken.baudRate} baud, not ${baudRate}`,
    !pseudo && taken.dataBits !== dataBits && `${taken.dataBits} data bits, not ${dataBits}`,
    !pseudo && taken.parity !== parity && `parity ${taken.parity}, not ${parity}`,
    !pseudo && taken.stopBits !== stopBits && `${taken.stopBits} stop bits, not ${stopBits}`,
    taken.flowControl !== flowControl && `flow control ${taken.flowControl}, not ${flowControl}`,
  ].filter((difference) => difference !== false);
  if (differences.length === 0) return;
  throw new ConfigError(
    `${path} does not take its settings (it has ${differences.join(", ")}): this adapter cannot do what the device needs, use another`,
  );
}
