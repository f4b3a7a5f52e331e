import type { LogLevel } from "../context.ts";
import { WrongDeviceError } from "../errors.ts";
import type { Identity } from "./define.ts";

/** The device seen first is the one: another in its place is refused, another firmware is told. */
export function assertSameDevice(
  known: Identity | undefined,
  identity: Identity,
  log: (level: LogLevel, message: string) => void,
): void {
  if (!known) return;
  if (known.model !== identity.model || known.serialNumber !== identity.serialNumber)
    throw new WrongDeviceError(`${say(identity)} answers where ${say(known)} was: unplug it and plug the right one in`);
  const { firmware = "unknown" } = identity;
  const { firmware: before = "unknown" } = known;
  if (firmware !== before) log("warning", `its firmware is ${firmware} now, was ${before}`);
}

const say = ({ model, serialNumber }: Identity) => `${model}${serialNumber ? ` no. ${serialNumber}` : ""}`;
