import { expect, it } from "vitest";
import type { Schema } from "../../dashboard/bench/shapes.ts";
import { draftOf } from "../../dashboard/parts/schema-form/draft.ts";
import { FormState } from "../../dashboard/parts/schema-form/form-state.ts";

const schema: Schema = {
  ...{ type: "object", required: ["volume", "rate"] },
  properties: { volume: { type: "number", minimum: 0 }, rate: { type: "number", maximum: 10 } },
};

it("a field is told to be wrong when somebody has left it, and all of them when the form was to be sent", () => {
  const form = new FormState(schema);
  expect([form.problem("/volume"), form.problem("/rate")]).toEqual([undefined, undefined]);
  form.leave("/volume");
  expect([form.problem("/volume"), form.problem("/rate")]).toEqual(["is needed", undefined]);
  expect(form.submit()).toBeUndefined();
  expect(form.problem("/rate")).toBe("is needed");
});

it("what the gateway refuses is told at its field until that is changed, and nothing that was typed is lost", () => {
  const form = new FormState(schema, { volume: 1, rate: 2 });
  expect(form.submit()).toEqual({ value: { volume: 1, rate: 2 } });
  form.refuse(new Map([["/volume", "is more than the syringe has"]]));
  expect(form.problem("/volume")).toBe("is more than the syringe has");
  expect(form.read.value.value).toEqual({ volume: 1, rate: 2 });
  form.change(draftOf(schema, { volume: 0.5, rate: 2 }), "/volume");
  expect([form.problem("/volume"), form.submit()]).toEqual([undefined, { value: { volume: 0.5, rate: 2 } }]);
});

it("it is filled with another input as if it were new", () => {
  const form = new FormState(schema);
  form.submit();
  form.fill({ volume: 3 });
  expect([form.problem("/rate"), form.read.value.wrong.get("/rate")]).toEqual([undefined, "is needed"]);
});
