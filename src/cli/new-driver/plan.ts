import type { DriverName } from "./name.ts";

/** A file that is to be there. */
export interface Planned {
  /** Seen from the folder of the driver. */
  readonly path: string;
  readonly text: string;
}

/** What is to be written, and what is told then. */
export interface Plan {
  /** Each of them new, or nothing is written. */
  readonly files: readonly Planned[];
  /** Written where there is none, and left alone where there is one. */
  readonly unlessThere: readonly Planned[];
  /** What to do next; `kept` are those that were left alone. */
  next(kept: readonly string[]): readonly string[];
}

/** What a plan is made from. */
export interface Wish {
  readonly name: DriverName;
  /** Where the templates are. */
  readonly templates: string;
}
