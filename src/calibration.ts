/** A number with its unit, in UCUM: `{ value: 26.71, unit: "mm" }`; what has none is `"1"`. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

/** Quantities by their names. */
export type Quantities = Readonly<Record<string, Quantity>>;

/** One thing that is known, held against what the Thing makes of it. */
export interface CalibrationPoint {
  /** What it is called, such as `mid`. */
  readonly name?: string;
  /** What is right: what the buffer has, what the balance says. */
  readonly reference: Quantity;
  /** What the Thing itself had made of it. */
  readonly measured?: Quantity;
  /** What else has to do with it: a temperature, a density. */
  readonly conditions?: Quantities;
}

/** What a calibration has come to. One with neither points nor a fit says that what was found before holds no longer. */
export interface CalibrationResult {
  /** All that it rests on, also those of earlier. */
  readonly points: readonly CalibrationPoint[];
  /** What follows from them, by name. */
  readonly fit: Quantities;
  /** It holds for so long, where the bench asks for no less; milliseconds. */
  readonly validForMs?: number;
  /** It is not to be relied upon, and why: "1 of 3 points". */
  readonly incomplete?: string;
  /** In words. */
  readonly note?: string;
}

/** A result as it is kept. Times are wall clock, in milliseconds. */
export interface Calibration extends CalibrationResult {
  readonly id: string;
  readonly thing: string;
  readonly at: number;
  /** Whether the wall clock was known to be right. */
  readonly clockTrusted: boolean;
  readonly by: string;
  /** The address. */
  readonly from?: string;
  /** It holds until then, by a certificate. */
  readonly until?: number;
  /** The invocation that has found it; none: somebody has written it down. */
  readonly invocation?: string;
  /** It is a twin's: it never counts for the real device. */
  readonly simulated?: true;
  /** Who answered at the other end of the wire. */
  readonly device?: { readonly model: string; readonly serialNumber?: string; readonly firmware?: string };
}

/**
 * What a calibration is worth at the moment. `none`: there is none; `invalid`: not finished, or another device's;
 * `unknown`: it may have expired, but nobody knows what time it is, or was.
 */
export type CalibrationValidity = "none" | "valid" | "expired" | "invalid" | "unknown";

/** The calibration that something was done with, as its record has it. */
export interface UsedCalibration {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly validity: CalibrationValidity;
  readonly fit: Quantities;
}

/** How it stands with the calibration of a Thing. */
export interface CalibrationState {
  /** The one found last, whatever it is worth. */
  readonly current: Calibration | undefined;
  readonly validity: CalibrationValidity;
  /** Why it is not to be relied upon without a second look; undefined when it is, and where nobody asks for one. */
  readonly reason: string | undefined;
  /** When it ends, or has ended, by the clock it was made by. */
  readonly expires: number | undefined;
  /** Actions that rely on it are refused for that reason. */
  readonly refuses: boolean;
}

/** Neither does it have one, nor is it asked for one. */
export const uncalibrated: CalibrationState = {
  current: undefined,
  validity: "none",
  reason: undefined,
  expires: undefined,
  refuses: false,
};

export const usedCalibration = ({ current, validity }: CalibrationState): UsedCalibration | undefined =>
  current && validity !== "none"
    ? { id: current.id, at: new Date(current.at).toISOString(), validity, fit: current.fit }
    : undefined;

/** It says that what was found before holds no longer. */
export const isCleared = ({ points, fit, incomplete }: CalibrationResult): boolean =>
  points.length === 0 && Object.keys(fit).length === 0 && incomplete === undefined;

/** As it stands in what is shown of a Thing, without words of people; nothing where it has none, and is asked for none. */
export function shownCalibration({ current, validity, reason, expires }: CalibrationState) {
  if (!current && reason === undefined) return undefined;
  const [at, until] = [current?.at, expires].map((ms) => (ms === undefined ? null : new Date(ms).toISOString()));
  return { calibration: { validity, at, expires: until } };
}
