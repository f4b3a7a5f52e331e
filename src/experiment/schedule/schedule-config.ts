/** When something is to begin: every so often by the bench clock, or at times of the wall clock. */
export type Times =
  | { readonly kind: "every"; readonly everyMs: number }
  | {
      readonly kind: "cron";
      /** Minute, hour, day of the month, month, day of the week. */
      readonly pattern: string;
      /** As IANA names it. */
      readonly timeZone: string;
      /** What happens while nobody knows whether the wall clock is right. */
      readonly untrustedClock: "wait" | "run";
    };

/** What begins then. */
export type Job =
  | { readonly kind: "action"; readonly thing: string; readonly action: string; readonly input: unknown }
  | {
      readonly kind: "procedure";
      /** The absolute path of a file, or a name of the library, with its version or not: `titration@3`. */
      readonly procedure: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    };

/** Something that begins by itself, again and again. */
export interface ScheduleConfig {
  readonly name: string;
  readonly title: string | undefined;
  readonly times: Times;
  readonly job: Job;
}
