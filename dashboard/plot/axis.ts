/** What stands on the axes of plots, and beside their cursors. */

const two = (n: number) => String(n).padStart(2, "0");

/** Distances of ticks that are whole: of times, ms. */
export const timeSteps: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000],
  ...[60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000],
  ...[3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000],
];

/** Times of day, in the viewer's zone, as exactly as the ticks are apart: `14:03`, `14:03:20`, `11-20 14:03`. */
export function clockTick(at: number, stepMs: number): string {
  const date = new Date(at);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (stepMs >= 86_400_000) return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  if (stepMs >= 60_000) return clock;
  const seconds = `${clock}:${two(date.getSeconds())}`;
  return stepMs >= 1000 ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** How long since the start: `0:00`, `1:30:00`, `2 d 3:00:00`, and `6 h` where ticks are hours apart. */
export function elapsedTick(ms: number, stepMs: number): string {
  if (stepMs >= 3_600_000) return `${Math.round(ms / 3_600_000)} h`;
  const all = Math.abs(ms);
  const days = Math.floor(all / 86_400_000);
  const [h, min] = [Math.floor(all / 3_600_000) % 24, Math.floor(all / 60_000) % 60];
  const day = days === 0 ? "" : `${days} d `;
  const sign = ms < 0 ? "−" : "";
  const thousandths = stepMs < 1000 ? `.${String(Math.floor(all % 1000)).padStart(3, "0")}` : "";
  const seconds = `${two(Math.floor(all / 1000) % 60)}${thousandths}`;
  if (days === 0 && h === 0) return `${sign}${min}:${seconds}`;
  return `${sign}${day}${h}:${two(min)}:${seconds}`;
}

/** A number at a tick, with as many digits as tell it from the next one. */
export function numberTick(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step);
  if (size >= 1e6 || step < 1e-5) return value === 0 ? "0" : value.toExponential(2).replace("e+", "e");
  let digits = 0;
  while (digits < 7 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
  // -0 is 0.
  return (value === 0 ? 0 : value).toFixed(digits).replace("-", "−");
}

/** From where to where values are drawn: with some room, and no noise as large as the plot. */
export function valueRange(lowest: number | null, highest: number | null): [number, number] {
  if (lowest === null || highest === null) return [0, 1];
  const least = Math.max(Math.abs(lowest), Math.abs(highest)) * 1e-3 || 1;
  const room = Math.max(highest - lowest, least) * 0.08;
  const missing = Math.max(0, least - (highest - lowest)) / 2;
  return [lowest - missing - room, highest + missing + room];
}
