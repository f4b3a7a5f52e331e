import { expect, it } from "vitest";
import { calledIn, filterIn, gatewayTime, localTime } from "../../dashboard/views/history/filter.ts";

it("a filter is what of an address can be asked for", () => {
  const query = new URLSearchParams({
    thing: "pump",
    status: "lost",
    since: "yesterday",
    until: "2026-11-21T09:00:00Z",
    x: "1",
  });
  expect(filterIn(query)).toEqual({ thing: "pump", until: "2026-11-21T09:00:00Z" });
  expect(filterIn(new URLSearchParams({ requestedBy: "a".repeat(1000), action: "  " }))).toEqual({
    requestedBy: "a".repeat(200),
  });
});

it("times of a filter go to the viewer's zone and back", () => {
  const time = new Date(2026, 10, 21, 14, 3).toISOString();
  expect(localTime(time)).toBe("2026-11-21T14:03");
  expect(gatewayTime(localTime(time))).toBe(time);
  const exact = new Date(2026, 10, 21, 14, 3, 20).toISOString();
  expect(gatewayTime(localTime(exact))).toBe(exact);
  expect([localTime(undefined), localTime("no"), gatewayTime(""), gatewayTime("no")]).toEqual([
    "",
    "",
    undefined,
    undefined,
  ]);
});

it("what was called stands in its path, behind the prefix", () => {
  expect(calledIn("/bench/pump/dispense", "/bench")).toEqual({ thing: "pump", action: "dispense" });
  expect(calledIn("/pump/dispense", "")).toEqual({ thing: "pump", action: "dispense" });
});
