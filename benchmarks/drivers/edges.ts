/** Edges at one simulated line, and when each was set; µs, by the clock that all processes share. */

/** Sets the line to the other level than it has. Undefined until the twin is there. */
export interface Swing {
  flip: (() => void) | undefined;
}

/** Between the twin, which has the line, and the driver, which is asked for edges. */
export const swing: Swing = { flip: undefined };

export const nowUs = (): number => Number(process.hrtime.bigint()) / 1000;
