import { UsageError } from "../usage.ts";

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000 };
const maxMs = 3650 * 86_400_000;

const examples = "90d, 12h, or the last day such as 2027-01-31";

/** When a token ends that is made now (milliseconds since 1970): so many days or hours from now, or with a day, local time. */
export function readExpiry(text: string, now: number): number {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([dh])$/.exec(text) ?? [];
  const at = count === undefined ? endOfDay(text) : now + Number(count) * (units[unit] ?? 0);
  if (at === undefined) throw new UsageError(`--expires takes ${examples}, not "${text}"`);
  if (at <= now) throw new UsageError(`--expires ${text} is over already: it takes ${examples}`);
  if (at - now > maxMs)
    throw new UsageError(`--expires ${text} is more than ten years from now: leave it out, or take less`);
  return at;
}

/** The first moment after it; undefined for what is no day. */
function endOfDay(text: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const start = new Date(Number(year), Number(month) - 1, Number(day));
  // The 30th of February would be taken for the 2nd of March.
  if (start.getMonth() !== Number(month) - 1 || start.getDate() !== Number(day)) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(day) + 1).getTime();
}
