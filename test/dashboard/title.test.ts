import { expect, test } from "vitest";
import { iconOf, titleOf } from "../../dashboard/frame/title.ts";
import { titleOfView } from "../../dashboard/frame/views.ts";

const calm = { view: "History", stopped: false, lost: false, asked: 0 };

test.each([
  [{}, "bench", "History - benchd"],
  [{ view: "" }, "bench", "benchd"],
  [{ asked: 1 }, "asked", "1 question - History - benchd"],
  [{ asked: 3 }, "asked", "3 questions - History - benchd"],
  [{ asked: 3, stopped: true }, "stopped", "STOPPED - History - benchd"],
  [{ asked: 3, lost: true }, "lost", "Connection lost - History - benchd"],
  [{ stopped: true, lost: true }, "lost", "Connection lost, STOPPED - History - benchd"],
])("a tab tells first what matters most: %j", (glance, icon, title) => {
  expect([iconOf({ ...calm, ...glance }), titleOf({ ...calm, ...glance })]).toEqual([icon, title]);
});

test("a view is called as in the navigation, a Thing by its name", () => {
  expect([[], ["safety"], ["things", "pump"], ["nowhere"]].map(titleOfView)).toEqual(["Bench", "Safety", "pump", ""]);
});
