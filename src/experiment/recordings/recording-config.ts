import type { Condition } from "../../condition.ts";

/** What the configuration wants to be recorded. */
export interface RecordingConfig {
  readonly name: string;
  readonly properties: readonly { readonly thing: string; readonly property: string }[];
  /** So often; undefined: whenever one of them changes. Bench milliseconds. */
  readonly everyMs: number | undefined;
  /** It ends by itself after so long; bench milliseconds. */
  readonly forMs: number | undefined;
  /** For as long as this holds; undefined: from the start of benchd on. */
  readonly when: Condition | undefined;
}
