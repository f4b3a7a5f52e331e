import { type Calibration, type CalibrationState, isCleared } from "../../calibration.ts";
import { formatDuration } from "../../duration.ts";

/** What a bench asks of the calibration of a Thing. */
export interface CalibrationRule {
  /** It holds for so long at most; milliseconds, as long as its maker says unless told. */
  readonly expiresMs?: number | undefined;
  /** What becomes of actions that rely on one that does not hold any more. */
  readonly whenExpired: "warn" | "refuse";
}

interface Circumstances {
  /** What the configuration says; nothing, unless it asks for a calibration. */
  readonly rule: CalibrationRule | undefined;
  /** Wall clock, milliseconds, and whether it is known to be right. */
  readonly now: number;
  readonly clockTrusted: boolean;
  /** For how long it has held for certain, by a clock that nobody sets: it was made by this process. */
  readonly heldMs: number | undefined;
  /** Who answers at the other end of the wire. */
  readonly device: Calibration["device"];
}

/** What a calibration is worth. A clock that may be wrong makes none expire, and none valid: nobody knows then. */
export function judge(thing: string, found: Calibration | undefined, around: Circumstances): CalibrationState {
  const { rule, device } = around;
  const refuses = rule?.whenExpired === "refuse";
  const current = found && !isCleared(found) ? found : undefined;
  if (!current) {
    const why = found?.note === undefined ? "" : ` (${found.note})`;
    const reason = rule && `${thing} ${found ? `is not calibrated any more${why}` : "was never calibrated"}`;
    return { current: undefined, validity: "none", reason, expires: undefined, refuses: refuses && rule !== undefined };
  }
  const expires = expiryOf(current, rule);
  const told = { current, expires, refuses };
  if (current.incomplete !== undefined) {
    const reason = `the calibration of ${thing} was not brought to its end: ${current.incomplete}`;
    return { ...told, validity: "invalid", reason };
  }
  const [was, is] = [current.device?.serialNumber, device?.serialNumber];
  if (was !== undefined && is !== undefined && was !== is) {
    const reason = `the calibration of ${thing} is that of another device, with the serial number ${was}; this is ${is}`;
    return { ...told, validity: "invalid", reason };
  }
  const over = isOver(current, around);
  if (over === false) return { ...told, validity: "valid", reason: undefined };
  if (over)
    return {
      ...told,
      validity: "expired",
      reason: `the calibration of ${thing} has expired${sinceThen(told, around)}`,
    };
  const which = current.clockTrusted ? "what time it is" : "what time it was made at";
  const reason = `whether the calibration of ${thing} has expired is not known, as the clock does not tell ${which}`;
  // A clock that was not set is no reason to keep a bench from work: it is told with each result.
  return { ...told, validity: "unknown", reason, refuses: false };
}

const lifeOf = ({ validForMs = Number.POSITIVE_INFINITY }: Calibration, rule: CalibrationRule | undefined) =>
  Math.min(validForMs, rule?.expiresMs ?? Number.POSITIVE_INFINITY);

function expiryOf(calibration: Calibration, rule: CalibrationRule | undefined): number | undefined {
  const at = Math.min(calibration.at + lifeOf(calibration, rule), calibration.until ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(at) ? at : undefined;
}

/** Undefined when nobody knows. */
function isOver(calibration: Calibration, { rule, now, clockTrusted, heldMs }: Circumstances): boolean | undefined {
  const { at, until } = calibration;
  const life = lifeOf(calibration, rule);
  const byAge = () => {
    if (life === Number.POSITIVE_INFINITY) return false;
    if (heldMs !== undefined) return heldMs >= life;
    return calibration.clockTrusted && clockTrusted ? now >= at + life : undefined;
  };
  const byDate = () => {
    if (until === undefined) return false;
    return clockTrusted ? now >= until : undefined;
  };
  const both = [byAge(), byDate()];
  return both.includes(true) || (both.includes(undefined) ? undefined : false);
}

function sinceThen({ expires = 0 }: { readonly expires: number | undefined }, { now, clockTrusted }: Circumstances) {
  return clockTrusted && now > expires ? ` ${formatDuration(now - expires)} ago` : "";
}
