import { formatDuration } from "../../duration.ts";
import type { Forecast } from "../../gateway/dry-run/forecast.ts";

/** A forecast for people: its mistakes, or what takes how long. */
export function forecastText(file: string, { durationMs, steps, mistakes }: Forecast): string {
  if (mistakes.length > 0) {
    const lines = mistakes.map(({ at, step, message }) => `  ${at}${step && ` ${step}`}: ${message}`);
    return [`${file} cannot be run on this bench:`, ...lines].join("\n");
  }
  const rows = steps.map(({ path, line, startMs, durationMs: ms, times }) => {
    const often = times > 1 ? `, ${times} times` : "";
    return `  ${clockTime(startMs)}  line ${String(line).padEnd(4)} ${path}: ${formatDuration(ms)}${often}`;
  });
  return [
    `${file} can be run on this bench: it takes about ${formatDuration(durationMs)}, and the time that people take`,
    ...rows,
  ].join("\n");
}

/** Since the beginning: `0:08:13`. */
function clockTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
