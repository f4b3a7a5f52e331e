import type { NumberedEvent } from "../events/event.ts";
import type { Thing } from "../thing/thing.ts";

/** What of a bench a broker is told: some of its Things or all, and never the names of the others. */
export interface Seen {
  /** Those that it is told of, by name, as they are now. */
  readonly things: ReadonlyMap<string, Thing>;
  /** Whether nothing is kept from it. */
  readonly all: boolean;
  /** Whether it may be told of a Thing of that name, there or gone. */
  sees(thing: string): boolean;
  /** As JSON; undefined for what it is not told. */
  event(told: NumberedEvent): string | undefined;
  /** Words, without names that it is not told. */
  text(words: string | null): string | null;
  /** The Thing Description, as JSON. */
  description(thing: Thing): string;
}
