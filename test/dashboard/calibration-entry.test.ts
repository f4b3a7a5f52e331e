import { expect, it } from "vitest";
import { bodyOf, entrySchema } from "../../dashboard/calibration/entry.ts";
import { FormState } from "../../dashboard/parts/schema-form/form-state.ts";

it("what is written down of a calibration is sent as the gateway takes it", () => {
  const points = [{ reference: { value: 100, unit: "g" } }];
  const fit = [{ name: "factor", value: 1.02, unit: "1" }];
  expect(bodyOf({ points, fit, ...{ note: "certificate 4711" } })).toEqual({
    ...{ points, fit: { factor: { value: 1.02, unit: "1" } }, note: "certificate 4711" },
  });
  expect(bodyOf({})).toEqual({ points: [], fit: {} });
});

it("a calibration may be written down without anything: that the Thing is not calibrated any more", () => {
  const form = new FormState(entrySchema);
  expect(form.submit()).toBeDefined();
});
