import { Cron } from "croner";
import { InputError } from "../../errors.ts";

/** What times look like, for messages. */
export const expectedCron =
  "minute, hour, day of the month, month and day of the week, such as `30 6 * * 1-5` for half past six from Monday to Friday";

const fields = /^\s*\S+(\s+\S+){4}\s*$/;

/** When, in milliseconds since 1970; undefined: never again. */
export interface CronTimes {
  /** The next after that. */
  next(after: number): number | undefined;
}

/**
 * Times of the wall clock of a time zone. One that the clocks leave out as they are put forward is the first moment after;
 * one that comes twice as they are put back is the first of them, but for what comes every so many minutes or hours, which
 * goes on through both. Throws `InputError`.
 */
export function parseCron(pattern: string, timeZone: string): CronTimes {
  if (!isTimeZone(timeZone))
    throw new InputError(`there is no time zone "${timeZone}": name one as IANA does, such as Europe/Berlin`);
  if (!fields.test(pattern)) throw new InputError(`"${pattern}" is no time: say ${expectedCron}`);
  const cron = read(pattern, timeZone);
  const next = (after: number) => cron.nextRun(new Date(after))?.getTime();
  if (next(Date.now()) === undefined) throw new InputError(`"${pattern}" never comes: name a day that there is`);
  return { next };
}

/** Nothing is begun by croner: it has no timer without a function to call. */
function read(pattern: string, timezone: string): Cron {
  try {
    return new Cron(pattern, { timezone, mode: "5-part", paused: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, "") : String(cause);
    throw new InputError(`"${pattern}" is no time (${why}): say ${expectedCron}`, [], { cause });
  }
}

/** That of this machine. */
export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether this machine knows it. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
