/** What `/gateway/calibrations` answers, as far as this page looks at it. */

export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

export interface Calibration {
  readonly id: string;
  readonly at: string;
  readonly clockTrusted: boolean;
  readonly by: string;
  readonly points: readonly { readonly name?: string; readonly reference: Quantity; readonly measured?: Quantity }[];
  readonly fit: Readonly<Record<string, Quantity>>;
  readonly validForMs: number | null;
  readonly until: string | null;
  readonly incomplete: string | null;
  readonly note: string | null;
  readonly invocation: string | null;
  readonly simulated: boolean;
}

export interface CalibrationState {
  readonly validity: "none" | "valid" | "expired" | "invalid" | "unknown";
  readonly reason: string | null;
  readonly expires: string | null;
  /** Actions that rely on it are refused. */
  readonly refuses: boolean;
  readonly current: Calibration | null;
  /** Where those of one Thing are asked for, the newest first. */
  readonly records?: readonly Calibration[];
}
