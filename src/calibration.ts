/** A number with its unit, in UCUM: `{ value: 26.71, unit: "mm" }`; what has none is `"1"`. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

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
