import { familyOf, isFrequent } from "./audit-families.ts";
import type { Noted } from "./audit-table.ts";

/** What an entry of the audit trail says, whenever and however often. */
export type Said = Pick<Noted, "by" | "from" | "what" | "thing" | "detail">;

interface Counted {
  readonly entry: Noted;
  /** Wall clock, milliseconds. */
  readonly since: number;
}

/** What is frequent is counted together for so long, though other things lie between; milliseconds. */
const countedMs = 60_000;
/** So many different ones of a family at a time. */
const maxCounted = 100;

/** Which entries of the audit trail are the same again: in a row within their family, or, where that is frequent, within a minute. */
export class Repeats {
  readonly #families = new Map<string, Map<string, Counted>>();
  /** What was said last, with its key: mostly it is said again. */
  #last: { readonly said: Said; readonly key: string } | undefined;

  /** What is to be noted of `said` at that time; `entry` makes it of what it is counted with, if there is any. */
  count(said: Said, at: number, entry: (one: { said: Said; before: Noted | undefined }) => Noted): Noted {
    const open = this.#openOf(said.what, at);
    const own = this.#keyOf(said);
    const meant = open.has(own) || open.size < maxCounted ? said : crowded(said);
    const key = meant === said ? own : keyOf(meant);
    const before = open.get(key);
    const made = entry({ said: meant, before: before?.entry });
    if (!before && (open.size > maxCounted || !isFrequent(said.what))) dropOldest(open);
    open.set(key, { entry: made, since: before?.since ?? at });
    return made;
  }

  #keyOf(said: Said): string {
    if (!this.#last || !isSame(this.#last.said, said)) this.#last = { said, key: keyOf(said) };
    return this.#last.key;
  }

  #openOf(what: string, at: number): Map<string, Counted> {
    const family = familyOf(what);
    const open = this.#families.get(family) ?? new Map<string, Counted>();
    this.#families.set(family, open);
    if (!isFrequent(what)) return open;
    // The oldest first; all of them when the clock was set back.
    for (const [key, { since }] of open) {
      if (Math.abs(at - since) < countedMs) break;
      open.delete(key);
    }
    return open;
  }
}

/** Anybody at all can be refused, under any number of addresses: what comes thick is counted without them. What was done has its names. */
const crowded = (said: Said): Said =>
  familyOf(said.what) === "access"
    ? { by: "many", from: undefined, what: said.what, thing: undefined, detail: "more than are told one by one" }
    : said;

function dropOldest(open: Map<string, Counted>): void {
  const [oldest] = open.keys();
  if (oldest !== undefined) open.delete(oldest);
}

const isSame = (one: Said, other: Said): boolean =>
  one.by === other.by &&
  one.from === other.from &&
  one.what === other.what &&
  one.thing === other.thing &&
  one.detail === other.detail;

const keyOf = ({ by, from, what, thing, detail }: Said): string => JSON.stringify([by, from, what, thing, detail]);
