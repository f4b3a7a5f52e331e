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

/** What stands in a field at first: `value`, or the default, where there is one. */
export function draftOf(schema: Schema, value: unknown = schema.default): Draft {
  const kind = kindOf(schema);
  return { ...empty, given: value !== undefined, ...partsOf(kind, value) };
}

function partsOf(kind: Kind, value: unknown): Partial<Draft> {
  switch (kind.kind) {
    case "number":
    case "text":
      return { text: typeof value === "string" || typeof value === "number" ? String(value) : "" };
    case "json":
      return { text: value === undefined ? "" : JSON.stringify(value, null, 2) };
    case "choice":
      return { chosen: chosenOf(kind, value) };
    case "object":
      return { parts: kind.members.map(({ name, schema }) => draftOf(schema, memberOf(value, name, schema.default))) };
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
  if (value === undefined) return values.length === 1 ? 0 : -1;
  const text = JSON.stringify(value);
  return values.findIndex((one) => JSON.stringify(one) === text);
}

/** Whether a value is of the sort that an option is for. */
export function mayBe(option: Schema, value: unknown): boolean {
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

const memberOf = (value: unknown, name: string, otherwise: unknown): unknown => {
  if (!isObject(value)) return otherwise;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
};
