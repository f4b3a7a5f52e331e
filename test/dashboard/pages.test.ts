import { expect, it } from "vitest";
import { bytesText } from "../../dashboard/parts/bytes-text.ts";
import { nextCursor } from "../../dashboard/parts/pages.ts";

const next = (link: string) => nextCursor(new Headers({ link }));

it("finds where a list goes on, and that it does not", () => {
  expect(next('<http://bench/gateway/history?limit=50&cursor=812>; rel="next"')).toBe("812");
  expect(next('</a?cursor=x%2Fy>; rel="next"')).toBe("x/y");
  expect([next('</a?cursor=1>; rel="prev"'), next("</a>; rel=next"), nextCursor(new Headers())]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

it("says how many bytes", () => {
  expect([0, 812, 4200, 64_000_000, 5e15].map(bytesText)).toEqual(["0 B", "812 B", "4.2 kB", "64 MB", "5000 TB"]);
});
