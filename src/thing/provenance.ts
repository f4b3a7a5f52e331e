import { type CalibrationState, usedCalibration } from "../calibration.ts";
import type { Provenance } from "../invocation/record.ts";
import type { Identity } from "./define.ts";

interface Known {
  readonly thing: string;
  /** By whom, and how. */
  readonly made: Pick<Provenance, "driver" | "benchd" | "configuration">;
  /** Who answers at the other end of the wire. */
  identity(): Identity | undefined;
  calibration(): CalibrationState;
}

/** Tells what a Thing is, for the record of what it does: the same object for as long as it stays as it is. */
export function provenanceOf({ thing, made, ...now }: Known) {
  let last: { readonly identity: Identity | undefined; readonly provenance: Provenance } | undefined;
  return (): Provenance => {
    const identity = now.identity();
    const calibration = usedCalibration(now.calibration());
    // What hundreds of invocations share is written once.
    if (last && last.identity === identity && !calibration && !last.provenance.calibration) return last.provenance;
    const { model, serialNumber, firmware } = identity ?? {};
    const provenance = { thing, ...made, model, serialNumber, firmware, calibration };
    last = { identity, provenance };
    return provenance;
  };
}
