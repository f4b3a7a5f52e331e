import { DeviceFaultError, DeviceResetError } from "benchd/driver";

/** Page `interface` of GRBL 1.1, alarm codes. */
const alarms: Readonly<Record<number, string>> = {
  1: "a limit switch was hit: its position is probably lost. Free the switch, then home",
  2: "the target of a move lies beyond its travel: unlock",
  3: "it was reset while it moved: its position is lost. Home",
  4: "the probe was touched already",
  5: "the probe found nothing",
  6: "homing was interrupted. Home again",
  7: "the door was opened while it homed. Home again",
  8: "the limit switch stayed closed when it backed off: check its wiring, or raise $27",
  9: "homing found no limit switch: check its wiring and the direction, $23",
};

/** Page `error_codes`; of the others the number has to do. */
const errors: Readonly<Record<number, string>> = {
  5: "homing is switched off: set $22=1, or use move_by",
  8: "it is busy, or in alarm",
  9: "it is locked: home or unlock it",
  11: "the line is too long",
  13: "its door is open",
  15: "the target lies beyond its own soft limits, $130 to $132",
  17: "laser mode needs a spindle with variable speed",
};

/** `ALARM:n`, as the error it is; undefined: something else was said. */
export function alarmIn(message: string) {
  const [, code] = /^ALARM:(\d+)$/.exec(message) ?? [];
  if (code === undefined) return undefined;
  const text = `the stage is in alarm ${code}: ${alarms[Number(code)] ?? "see the documentation of its firmware"}`;
  return { code: Number(code), text, error: code === "3" ? new DeviceResetError(text) : new DeviceFaultError(text) };
}

/** Throws what `error:n` means, as the answer to `command`. */
export function refuse(answer: string, command: string): void {
  const [, code] = /^error:(\d+)$/.exec(answer) ?? [];
  if (code === undefined) return;
  throw new DeviceFaultError(`the stage refuses ${command}: error ${code}${known(errors[Number(code)])}`);
}

const known = (meaning: string | undefined) => (meaning ? `, ${meaning}` : "");
