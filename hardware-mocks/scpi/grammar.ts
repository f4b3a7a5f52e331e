/**
 * What a header of a manual, as `MEASure[:SCALar]:VOLTage[:DC]?`, matches: each word long or short, in either case, the
 * parts in brackets or not (SCPI-99, 6.2.1).
 */
export function header(notation: string): RegExp {
  const pattern = notation
    .replaceAll(/[.*?]/g, "\\$&")
    .replaceAll("[", "(?:")
    .replaceAll("]", ")?")
    .replaceAll(/([A-Z]+)([a-z]+)/g, (_, short: string, rest: string) => `${short}(?:${rest})?`);
  return new RegExp(`^:?${pattern}$`, "i");
}

/** The parts of a message between `mark`s, but for those in quotes (488.2, 7.7.5). */
export function parts(message: string, mark: ";" | ","): readonly string[] {
  const found: string[] = [];
  let quote = "";
  let from = 0;
  for (let at = 0; at < message.length; at++) {
    const character = message[at] ?? "";
    if (quote) quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === mark) {
      found.push(message.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, message.slice(from)].map((part) => part.trim());
}
