import { isDeepStrictEqual } from "node:util";

/** Where two groups of settings differ, as `listen.port`; a list, or what only one of them has, as a whole. */
export function differences(before: object, after: object, way: readonly string[] = []): readonly string[] {
  const [old, next] = [tableOf(before), tableOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((name) => {
    const [was, is] = [old[name], next[name]];
    if (isDeepStrictEqual(was, is) || typeof is === "function") return [];
    const path = [...way, name];
    return isGroup(was) && isGroup(is) ? differences(was, is, path) : [path.join(".")];
  });
}

const tableOf = (group: object) => group as Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
