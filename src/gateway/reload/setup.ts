import type { Catalogue } from "../catalogue.ts";
import type { Config } from "../config/config.ts";
import type { Transcribed } from "../transcript.ts";
import type { Wires } from "../wires.ts";

/** What a bench is built from, as it is now; exchanged as a whole when it is reloaded. */
export interface Setup {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly wires: Wires;
  /** What transcripts tell of its Things. */
  readonly transcribed: readonly Transcribed[];
}
