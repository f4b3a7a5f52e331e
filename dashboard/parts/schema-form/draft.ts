import type { Schema } from "../../bench/shapes.ts";
import { type Kind, kindOf } from "./kind.ts";

/** What stands in a field, as somebody has left it: nothing of it is lost, whether it is right or not. */
export interface Draft {
  /** As it was typed. */
  readonly text: string;
  /** Which of the choices, or of the options; -1 for none. */
  readonly chosen: number;
  /** Of what may be left out as a whole. */
  readonly given: boolean;
  /** Of each member, item or option, in their order. */
  readonly parts: readonly Draft[];
}

/** Nothing stands in it. */
export const empty: Draft = { text: "", chosen: -1, given: false, parts: [] };

/** What stands in a field at first: `value`, or the default, where there is one. `needed`: it cannot be left out. */
export function draftOf(schema: Schema, value: unknown = schema.default, needed = true): Draft {
  return { ...empty, given: value !== undefined, ...partsOf(kindOf(schema), value, needed) };
}

function partsOf(kind: Kind, value: unknown, needed: boolean): Partial<Draft> {
  switch (kind.kind) {
    case "number":
    case "text":
      return { text: typeof value === "string" || typeof value === "number" ? String(value) : "" };
    case "json":
      return { text: value === undefined ? "" : JSON.stringify(value, null, 2) };
    case "choice":
      // Where there is no choice, it is made.
      return { chosen: value === undefined && needed && kind.values.length === 1 ? 0 : chosenOf(kind, value) };
    case "object":
      return { parts: kind.members.map((one) => draftOf(one.schema, memberOf(value, one.name), one.needed)) };
    case "tuple":
      return { parts: kind.items.map((item, n) => draftOf(item, Array.isArray(value) ? value[n] : undefined)) };
    case "list": {
      const items = Array.isArray(value) ? value.slice(0, kind.most) : [];
      const missing = Array.from({ length: Math.max(0, kind.least - items.length) }, () => undefined);
      return { parts: [...items, ...missing].map((one) => draftOf(kind.item, one)) };
    }
    case "options": {
      const chosen = value === undefined ? -1 : kind.options.findIndex((one) => mayBe(one, value));
      return { chosen, parts: kind.options.map((one, n) => draftOf(one, n === chosen ? value : undefined)) };
    }
  }
}

function chosenOf({ values }: Extract<Kind, { kind: "choice" }>, value: unknown): number {
  if (value === undefined) return -1;
  const text = JSON.stringify(value);
  return values.findIndex((one) => JSON.stringify(one) === text);
}

/** Whether a value is of the sort that an option is for. */
function mayBe(option: Schema, value: unknown): boolean {
  const kind = kindOf(option);
  switch (kind.kind) {
    case "number":
      return typeof value === "number" && (option.type === "number" || Number.isInteger(value));
    case "text":
      return typeof value === "string";
    case "choice":
      return chosenOf(kind, value) !== -1;
    case "object":
      return isObject(value) && kind.members.every(({ name, needed }) => !needed || Object.hasOwn(value, name));
    case "tuple":
    case "list":
      return Array.isArray(value);
    case "options":
      return kind.options.some((one) => mayBe(one, value));
    case "json":
      return true;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
