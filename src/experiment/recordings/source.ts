import type { RecordingColumn } from "../../journal/recordings/about.ts";
import type { Thing } from "../../thing/thing.ts";
import { cellsOf, columnsOf } from "./columns.ts";

/** Of what a driver says why there is no value. */
const maxWhy = 200;

/** A property that is recorded, for all recordings that have it, and what was last found out about it. */
export class Source {
  readonly thing: Thing;
  readonly property: string;
  readonly columns: readonly RecordingColumn[];
  /** Of its latest value, with commas between them; empty ones when there is none. */
  cells: string;
  /** Why there is no value. */
  problem: string | undefined;
  /** It is being read. */
  pending = false;
  /** Counts what its Thing has told of it. */
  news = 0;
  /** So many recordings have it. */
  count = 0;
  readonly #none: string;

  constructor(thing: Thing, property: string) {
    this.thing = thing;
    this.property = property;
    this.columns = columnsOf(thing.name, property, thing.definition.properties?.[property]?.schema);
    this.#none = ",".repeat(this.columns.length - 1);
    this.cells = this.#none;
    this.problem = `${thing.name}.${property}: it has not been read yet`;
  }

  /** Its Thing says what it is now: what is being read may be from before. */
  told(value: unknown): void {
    this.news++;
    this.became(value);
  }

  became(value: unknown): void {
    const cells = cellsOf(this.columns, value);
    this.cells = cells ?? this.#none;
    this.problem = undefined;
    if (cells === undefined) this.missed("its value is too large to be recorded");
  }

  missed(why: unknown): void {
    const words = why instanceof Error ? why.message : String(why);
    this.cells = this.#none;
    this.problem = `${this.thing.name}.${this.property}: ${words.slice(0, maxWhy)}`;
  }
}

/** `thing.property`. */
export const keyOf = ({ thing, property }: { readonly thing: string; readonly property: string }): string =>
  `${thing}.${property}`;
