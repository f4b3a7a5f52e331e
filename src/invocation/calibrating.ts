import type { CalibrationResult } from "../calibration.ts";
import { DefinitionError } from "../errors.ts";
import type { Frame } from "./frame.ts";

/** What keeps what has come of a calibration. */
export interface Calibrating {
  /** Resolves when it would be there after a power cut. Throws `InputError`; rejects with `StorageError`, and it counts all the same. */
  calibrated(result: CalibrationResult, frame: Frame): Promise<void>;
}

/** Where nothing keeps them. */
export const noCalibrations: Calibrating = {
  async calibrated() {
    throw new DefinitionError("no calibration is kept here: there is no bench");
  },
};
