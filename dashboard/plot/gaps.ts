import type { Drawn } from "./series.ts";

/** Where nothing is known, from when on until when. Before the first reading nobody has looked. */
export function gapsOf({ times, values }: Drawn, end: number): (readonly [from: number, to: number])[] {
  const gaps: (readonly [number, number])[] = [];
  let since: number | undefined;
  values.forEach((value, i) => {
    const at = times[i] ?? end;
    if (value === null) since ??= at;
    else if (since !== undefined) {
      gaps.push([since, at]);
      since = undefined;
    }
  });
  if (since !== undefined) gaps.push([since, end]);
  return gaps;
}
