import { describe, expect, it } from "vitest";
import { maxPlotted, Rows, readRows, titled } from "../../dashboard/views/recordings/rows.ts";

const row = (elapsed: number | null, more: object) => JSON.stringify({ time: "…", "elapsed [s]": elapsed, ...more });
const filled = (...lines: readonly string[]) => {
  const rows = new Rows();
  for (const line of lines) rows.add(line);
  return rows;
};
const streamed = (text: string, pieceLength: number) =>
  new ReadableStream<Uint8Array>({
    start(stream) {
      const bytes = new TextEncoder().encode(text);
      for (let i = 0; i < bytes.length; i += pieceLength) stream.enqueue(bytes.slice(i, i + pieceLength));
      stream.close();
    },
  });

describe("rows of a recording", () => {
  it("are lines of the columns that have numbers, broken where a value is missing", () => {
    const rows = filled(
      row(0, { "ph.ph [pH]": 7, "relays.vent": true, gap: null }),
      row(2, { "ph.ph [pH]": null, "relays.vent": null, gap: "12 samples are missing" }),
      row(4, { "ph.ph [pH]": 8, "relays.vent": false, gap: null }),
    );
    expect(rows.columns.map(({ name, unit }) => [name, unit])).toEqual([["ph.ph", "pH"]]);
    expect(rows.columns[0]?.series.between(0, 4000, { dots: 100, held: false })).toEqual({
      ...{ times: [0, 2000, 4000], values: [7, null, 8] },
    });
    expect([rows.count, rows.ends]).toEqual([3, 4000]);
  });

  it("are left out where they are none", () => {
    expect(filled("", "no", "[]", "null", row(null, { "ph.ph [pH]": 7 })).count).toBe(0);
  });

  it("have a bounded number of lines", () => {
    const rows = filled(row(0, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a.b${i}`, i]))));
    expect([rows.columns.length, rows.more]).toEqual([maxPlotted, true]);
  });

  it("are read whole, whichever pieces they come in", async () => {
    const text = [1, 2, 3].map((i) => `${row(i, { "probe.temperature [Cel]": i, "ü [µL]": i })}\n`).join("");
    for (const length of [1, 7, 1000]) {
      const rows = new Rows();
      await readRows(streamed(text, length), { rows, now: () => 0, rest: async () => {} });
      expect(rows.columns.map(({ unit, series }) => [unit, series.last(5).length])).toEqual([
        ["Cel", 3],
        ["µL", 3],
      ]);
    }
  });

  it("let the page have its turn between slices", async () => {
    let [now, rests] = [0, 0];
    const rows = new Rows();
    const lines = Array.from({ length: 1000 }, (_, i) => `${row(i, { a: i })}\n`).join("");
    const rest = async () => {
      rests++;
    };
    await readRows(streamed(lines, 100_000), { rows, now: () => (now += 5), rest });
    expect([rows.count, rests]).toEqual([1000, 5]);
  });

  it("fail with what their stream fails with", async () => {
    const body = new ReadableStream<Uint8Array>({ start: (stream) => stream.error(new RangeError("broken off")) });
    const reading = readRows(body, { rows: new Rows(), now: () => 0, rest: async () => {} });
    await expect(reading).rejects.toThrow("broken off");
  });
});

it("units stand behind names", () => {
  expect([titled("ph.ph [[pH]]"), titled("counter.counter")]).toEqual([
    { name: "ph.ph", unit: "[pH]" },
    { name: "counter.counter", unit: "" },
  ]);
});
