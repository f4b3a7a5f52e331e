import type { Schema } from "../../bench/shapes.ts";
import { misfit, misfits, pointerPart } from "./check.ts";
import { type Draft, empty } from "./draft.ts";
import { type Kind, kindOf } from "./kind.ts";
import { numberIn } from "./number-text.ts";

/** What a form says, and what is wrong with it, by JSON pointer. */
export interface Form {
  /** To be sent when nothing is wrong; undefined when it is left out. */
  readonly value: unknown;
  readonly wrong: ReadonlyMap<string, string>;
}

/** What stands in a form. `needed`: it cannot be left out. */
export function readForm(schema: Schema, draft: Draft, needed = true): Form {
  const wrong = new Map<string, string>();
  const value = read(schema, draft, { needed, at: "", wrong });
  return { value, wrong };
}

interface Place {
  readonly needed: boolean;
  readonly at: string;
  readonly wrong: Map<string, string>;
}

function read(schema: Schema, draft: Draft, place: Place): unknown {
  const kind = kindOf(schema);
  const { needed, at, wrong } = place;
  const value = valueIn(schema, kind, draft, place);
  if (wrong.has(at)) return undefined;
  if (value === undefined) {
    if (needed)
      wrong.set(at, kind.kind === "choice" || kind.kind === "options" ? "is needed: choose one" : "is needed");
    return undefined;
  }
  // What is in it was judged when that was read; what of several options it is was chosen.
  if (kind.kind === "options") return value;
  if (kind.kind === "json") for (const [path, words] of misfits(schema, value, at)) wrong.set(path, words);
  else {
    const words = misfit(schema, value);
    if (words !== undefined) wrong.set(at, words);
  }
  return value;
}

function valueIn(schema: Schema, kind: Kind, draft: Draft, place: Place): unknown {
  switch (kind.kind) {
    case "number":
      return numberOf(draft.text, place);
    case "text":
      // An empty text is one only where nothing may be left out.
      return draft.text === "" && !(place.needed && !schema.minLength) ? undefined : draft.text;
    case "json":
      return jsonOf(draft.text, place);
    case "choice":
      return draft.chosen < 0 ? undefined : kind.values[draft.chosen];
    case "object": {
      if (!place.needed && !draft.given) return undefined;
      const read_ = kind.members.map(({ name, schema: one, needed }, n) => {
        const at = `${place.at}/${pointerPart(name)}`;
        return [name, read(one, draft.parts[n] ?? empty, { ...place, needed, at })] as const;
      });
      return Object.fromEntries(read_.filter(([, value]) => value !== undefined));
    }
    case "tuple":
    case "list": {
      if (!place.needed && !draft.given) return undefined;
      const items = kind.kind === "list" ? draft.parts.map(() => kind.item) : kind.items;
      return items.map((item, n) =>
        read(item, draft.parts[n] ?? empty, { ...place, needed: true, at: `${place.at}/${n}` }),
      );
    }
    case "options": {
      const option = kind.options[draft.chosen];
      return option && read(option, draft.parts[draft.chosen] ?? empty, { ...place, needed: true });
    }
  }
}

function numberOf(text: string, { at, wrong }: Place): number | undefined {
  if (text.trim() === "") return undefined;
  const value = numberIn(text);
  if (typeof value === "number") return value;
  wrong.set(at, value.problem);
  return undefined;
}

/** More is no input that somebody types. */
const maxJson = 1_000_000;

function jsonOf(text: string, { at, wrong }: Place): unknown {
  if (text.trim() === "") return undefined;
  try {
    if (text.length > maxJson) throw new RangeError("it is too long");
    return JSON.parse(text);
  } catch (error) {
    wrong.set(at, `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
