/** What `$$` prints, in its order, of a stage with switches at the positive ends; `configuration` on the project's wiki. */
export const settings = (travel: readonly number[]): Map<number, string> =>
  new Map([
    [0, "10"],
    [1, "255"],
    [2, "0"],
    [3, "0"],
    [4, "0"],
    [5, "0"],
    [6, "0"],
    // 1: the position of the machine, else that of the work; 2: what is free in the buffers.
    [10, "1"],
    [11, "0.010"],
    [12, "0.002"],
    [13, "0"],
    [20, "1"],
    [21, "1"],
    [22, "1"],
    [23, "0"],
    [24, "100.000"],
    [25, "1000.000"],
    [26, "250"],
    [27, "1.000"],
    [30, "1000"],
    [31, "0"],
    [32, "0"],
    ...[100, 101, 102].map((number): [number, string] => [number, "80.000"]),
    ...[110, 111, 112].map((number): [number, string] => [number, "3000.000"]),
    ...[120, 121, 122].map((number): [number, string] => [number, "100.000"]),
    ...[130, 131, 132].map((number, axis): [number, string] => [number, (travel[axis] ?? 200).toFixed(3)]),
  ]);

interface Words {
  readonly codes: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, number>;
}

/** The words of a line of G-code; undefined: it has something else in it. */
export function words(line: string): Words | undefined {
  const codes = new Set<string>();
  const values = new Map<string, number>();
  const rest = line.replace(/([A-Z])(-?\d*\.?\d+|-?\d+\.?)/g, (_, letter: string, number: string) => {
    if (letter === "G" || letter === "M") codes.add(`${letter}${Number(number)}`);
    else values.set(letter, Number(number));
    return "";
  });
  return rest === "" ? { codes, values } : undefined;
}
