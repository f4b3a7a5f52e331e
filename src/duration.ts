import { InputError } from "./errors.ts";

/** How many milliseconds the units have that people write durations in. */
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

const written = /^(\d+(?:\.\d+)?) ?(ms|s|min|h|d)$/;

/** What a duration looks like, for messages: `…: ${expectedDuration}`. */
export const expectedDuration = "a duration with its unit, such as 500 ms, 10 s, 5 min, 2 h or 30 d";

/** Milliseconds of a duration as people write it: `500 ms`, `10 s`, `1.5 h`, `1 h 30 min`. Throws `InputError`. */
export function parseDuration(text: unknown): number {
  const said = typeof text === "string" ? text.trim() : "";
  const parts = said.match(/[\d.]+ ?[a-z]+/g) ?? [];
  const ms = parts.map((part) => {
    const [, count = "", unit = ""] = written.exec(part) ?? [];
    return Number(count || Number.NaN) * (units[unit] ?? Number.NaN);
  });
  const sum = parts.join(" ") !== said || said === "" ? Number.NaN : ms.reduce((all, one) => all + one, 0);
  if (!Number.isFinite(sum))
    throw new InputError(`${JSON.stringify(text) ?? "nothing"} is no duration: say ${expectedDuration}`);
  return sum;
}

/** A duration for people, in its two largest units: `1 h 30 min`, `2.5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const names = ["d", "h", "min", "s"] as const;
  const whole = Math.round(ms / 1000) * 1000;
  const first = names.findIndex((name) => whole >= (units[name] ?? 0));
  const [large = "min", small] = names.slice(first, first + 2);
  const rest = whole % (units[large] ?? 1);
  const more = small === undefined ? 0 : Math.floor(rest / (units[small] ?? 1));
  return `${Math.floor(whole / (units[large] ?? 1))} ${large}${more > 0 ? ` ${more} ${small}` : ""}`;
}
