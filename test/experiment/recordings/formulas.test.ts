import { expect, test } from "vitest";
import { cellsIn } from "../../../src/experiment/recordings/csv-cells.ts";
import { headOf } from "../../../src/experiment/recordings/head.ts";
import type { Provenance } from "../../../src/invocation/record.ts";
import { csvText } from "../../../src/journal/recordings/csv.ts";

const about = {
  ...{ id: "1", name: "night", things: ["ph"], columns: [], everyMs: 1000, forMs: null, run: null, configured: null },
  ...{ by: "ada", startedAt: 0, clockTrusted: true, end: null },
};
const headWith = (device: Readonly<Record<string, unknown>>) => {
  const things = [{ thing: "ph", ...device } as unknown as Provenance];
  return headOf({ about, installation: "2", version: "1", simulated: false, things }).split("\n").at(-3) ?? "";
};

test.each(["=cmd()", "x;=cmd()", "x; \uff1dcmd()", ";@cmd", "-1+1;=2"])(
  "%s is no formula, whatever a spreadsheet takes for the end of a cell, and is read again as it was",
  (text) => {
    const written = csvText(text);
    expect(written).not.toMatch(/(^|[";])\s*[=+\-@\uff1d]/);
    expect(cellsIn(written)[0]?.text).toBe(text);
  },
);

test.each(["7,=HYPERLINK(1)", "7, +1", "7;@x", "7,-1+1", "7,-2+3+cmd|' /C calc'!A0"])(
  "a device that calls itself %s makes no formula above the rows",
  (serial) => {
    expect(headWith({ serial })).toMatch(/^# ph: serial 7[,;]\s*'[=+\-@]/);
    expect(headWith({ identity: { serial } })).toMatch(/[,;]\s*'[=+\-@]/);
  },
);

test("numbers above the rows stay what they are", () => {
  const fit = { offsets: [1, -2.5, -3e-7], slope: -59 };
  expect(headWith({ fit })).toBe(`# ph: fit ${JSON.stringify(fit)}`);
});
