import type { Condition } from "../../condition.ts";

/** What an alarm watches. */
export type Watched =
  | {
      readonly kind: "condition";
      readonly condition: Condition;
      /** It is read this often; bench time, ms. */
      readonly everyMs: number;
    }
  /** Whether that Thing can be used. */
  | { readonly kind: "lost"; readonly thing: string }
  /** Runs that end as an error; of one procedure, or of any. */
  | { readonly kind: "runFailed"; readonly procedure: string | undefined };

/** Something that people want to be told of. Durations are bench time, ms. */
export interface AlarmConfig {
  readonly name: string;
  readonly title: string | undefined;
  readonly watched: Watched;
  /** It has to be so for so long without a break, until it is raised. */
  readonly forMs: number;
  /** It has to be over for so long without a break, until it is cleared. */
  readonly clearAfterMs: number;
  /** Whether what nobody can tell raises it, too. */
  readonly unknown: "raise" | "ignore";
  /** The names of the notifiers that tell people. */
  readonly notify: readonly string[];
}
