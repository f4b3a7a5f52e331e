import fc from "fast-check";
import { expect, test } from "vitest";
import { cellsOf } from "../../../src/experiment/recordings/columns.ts";
import { cellsIn, reworded } from "../../../src/experiment/recordings/csv-cells.ts";
import { linesOf } from "../../../src/experiment/recordings/lines-of.ts";
import { ndjsonOf } from "../../../src/experiment/recordings/ndjson.ts";
import type { RecordingColumn } from "../../../src/journal/recordings/about.ts";

const column = (kind: RecordingColumn["kind"], n: number): RecordingColumn => ({
  ...{ title: `c${n}`, property: `a.c${n}`, path: [], kind },
});
const control = /[\p{Cc}\u2028\u2029]/u;
/** What is neither cut nor shown otherwise: a quote before what looks like a formula is taken for the guard. */
const text = fc.string({ unit: "binary" }).filter((one) => !control.test(one) && !/(^|;)'\s*[=+\-@＋－＝＠]/.test(one));
const value: fc.Arbitrary<readonly [RecordingColumn["kind"], unknown]> = fc.oneof(
  text.map((one) => ["text", one] as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => ["number", Object.is(one, -0) ? 0 : one] as const),
  fc.boolean().map((one) => ["boolean", one] as const),
  fc.array(text, { maxLength: 3 }).map((one) => ["json", one] as const),
  fc.constant(["text", undefined] as const),
);

test("whatever is recorded is told as NDJSON by the value that it had", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const columns = values.map(([kind], n) => column(kind, n));
      const cells = values.map(([, one], n) => cellsOf([columns[n] as RecordingColumn], one)).join(",");
      const told = JSON.parse(ndjsonOf({ columns })(["time,…", `2026-11-21T09:00:00Z,0.500,${cells},`]));
      expect(told).toEqual({
        ...{ time: "2026-11-21T09:00:00Z", "elapsed [s]": 0.5, gap: null },
        ...Object.fromEntries(values.map(([, one], n) => [`c${n}`, one ?? null])),
      });
    }),
    { numRuns: 200 },
  );
});

test("no line makes it throw, and what is not there is null", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(",", '"', "'", "=", "1", "e", "#", " ") }), (line) => {
      const cells = cellsIn(line);
      expect(cells.at(-1)?.at).toBeLessThanOrEqual(line.length);
      const told = JSON.parse(ndjsonOf({ columns: [column("json", 0), column("number", 1)] })(["time,", line]));
      expect(Object.keys(told)).toEqual(["time", "elapsed [s]", "c0", "c1", "gap"]);
      reworded(line, () => "");
    }),
    { numRuns: 200 },
  );
});

test("lines are whole, wherever a file is cut into pieces", async () => {
  const file = Buffer.from("# é\ntime,ü\n1,…\n");
  for (let at = 0; at <= file.length; at++) {
    const pieces = (async function* () {
      yield file.subarray(0, at);
      yield file.subarray(at);
    })();
    const lines: string[] = [];
    for await (const some of linesOf(pieces)) lines.push(...some);
    expect(lines).toEqual(["# é", "time,ü", "1,…"]);
  }
});

test("a line that nobody of ours has written is refused before it fills the memory", async () => {
  let given = 0;
  const endless = (async function* () {
    for (;;) {
      given += 2 ** 20;
      yield Buffer.alloc(2 ** 20, "x");
    }
  })();
  await expect(linesOf(endless).next()).rejects.toThrow("has a line that is none of benchd's");
  expect(given).toBeLessThan(8 * 2 ** 20);
});
