/** A time at which something is to begin has come. */
export interface Moment {
  /** Why nothing is to begin after all; undefined when it is in time. */
  readonly missed: string | undefined;
}

/** Tells when it is time. */
export interface Beat {
  /** From now on; never for what has been before. */
  begin(come: (moment: Moment) => void): void;
  end(): void;
  /** How long until the next, in milliseconds; undefined while nobody knows. */
  nextInMs(): number | undefined;
  /** Why nobody knows. */
  readonly waitsFor: "clock" | undefined;
}

/** Whatever is this much late, in milliseconds, is left out. */
export const latestMs = 60_000;

/** No timer of ours waits longer than this, so that a clock that was set is noticed; milliseconds. */
export const lookMs = 30_000;
