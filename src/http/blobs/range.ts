/** Which bytes of `size` a client wants, `end` not included; undefined for all of them. */
export type Range = { readonly start: number; readonly end: number } | "unsatisfiable" | undefined;

/** One range of RFC 9110; several, and other units, count as none, as they may. */
export function rangeOf(header: string | undefined, size: number): Range {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(/\s/g, "") ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
  }
  const start = Number(first);
  // From later to earlier is no range at all.
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) return "unsatisfiable";
  return { start, end: last === "" ? size : Math.min(Number(last) + 1, size) };
}

/** Whether one of the entity tags in a header is this one; `*` is any. */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}
