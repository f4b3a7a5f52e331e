/** What is before the dot: `lease` of `lease.taken`. Each family has a bound of its own, so that none washes out another. */
export function familyOf(what: string): string {
  const dot = what.indexOf(".");
  return dot === -1 ? what : what.slice(0, dot);
}

/** What clients do all day, and what anybody at all can cause. */
const frequent: ReadonlySet<string> = new Set(["action", "property", "access"]);

export const isFrequent = (what: string): boolean => frequent.has(familyOf(what));
