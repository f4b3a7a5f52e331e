import { UncalibratedError } from "../../experiment-errors.ts";
import type { Admission } from "../../invocation/admission.ts";
import type { Calibrations } from "./calibrations.ts";

/**
 * Keeps what relies on a calibration from beginning without one, where the bench says so. What stops, changes nothing or
 * calibrates passes, and what has begun goes on to its end.
 */
export const calibrationGuard = (calibrations: Pick<Calibrations, "of">): Admission => ({
  admit({ thing, takes, held, affordance, operation, urgent, safe, calibrates }) {
    if (urgent || safe || operation !== "invoke") return;
    for (const one of takes) {
      if (held.includes(one) || (calibrates && one === thing)) continue;
      const { refuses, reason } = calibrations.of(one);
      if (!refuses || reason === undefined) continue;
      throw new UncalibratedError(
        `${affordance} of ${thing} is not begun: ${reason}; calibrate ${one} first, or write its calibration down (POST /gateway/calibrations/${one})`,
      );
    }
  },
});
