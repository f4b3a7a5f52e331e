/**
 * What of an output that a page shows is not in the one that came: of JSON the outermost keys, of a text how each line begins.
 * Values are not looked at, nor is what stands behind `…`.
 */
export function shapeFaults(shown: string, said: string): readonly string[] {
  if (shown.trim() === "") return [];
  if (/^\s*[[{]/.test(shown)) {
    const found = keys(said);
    return [...keys(shown)]
      .filter((key) => !found.has(key))
      .map((key) => `the page shows ${key}, which is not in what it said`);
  }
  const begins = (line: string) => /^\s*([\p{L}\w.]+)/u.exec(line)?.[1];
  const found = new Set(said.split("\n").map(begins));
  return shown.split("\n").flatMap((line) => {
    const begin = begins(line);
    // Numbers differ, and a line that moves is for terminals.
    if (begin === undefined || /^[\d.]/.test(begin) || /\[#*\.*\]/.test(line)) return [];
    return found.has(begin) ? [] : [`the page shows a line that begins with "${begin}", which none of it does`];
  });
}

/** The keys of the outermost objects, also where what is shown is cut short. */
function keys(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  let depth = 0;
  for (const [token, , key] of text.matchAll(/"((?:[^"\\]|\\.)*)"\s*(:)?|[{}]/g)) {
    if (token === "{") depth++;
    else if (token === "}") depth--;
    else if (key && depth === 1) found.add(token.replace(/\s*:$/, ""));
  }
  return found;
}
