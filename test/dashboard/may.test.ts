import { expect, test } from "vitest";
import { may, mayAnywhere } from "../../dashboard/bench/may.ts";
import type { About } from "../../dashboard/bench/shapes.ts";

const about = (grants: About["you"]["grants"]) => ({ you: { name: "anna", session: true, grants } }) as About;

test("a scope holds those below it, for its own Things, or for the bench and all of them", () => {
  const anna = about([
    { scope: "read", things: null },
    { scope: "configure", things: ["pump"] },
  ]);
  expect([may(anna, "read"), may(anna, "operate", "pump"), may(anna, "configure", "pump")]).toEqual([true, true, true]);
  expect([may(anna, "operate"), may(anna, "operate", "ph"), may(anna, "admin", "pump")]).toEqual([false, false, false]);
  expect(may(about([{ scope: "admin", things: null }]), "configure", "ph")).toBe(true);
  expect([mayAnywhere(anna, "configure"), mayAnywhere(anna, "admin")]).toEqual([true, false]);
});

test("as long as nobody knows who looks, nothing is offered", () => {
  expect(may(undefined, "read")).toBe(false);
  expect(mayAnywhere(undefined, "read")).toBe(false);
});
