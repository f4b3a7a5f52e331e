/** Parts of an invocation that come to be while it lives: a snapshot has them or has null. */
const comeToBe = new Set(["timeStarted", "timeCompleted", "output", "error"]);

interface Options {
  /** Keys that ours may have beside the recorded ones. */
  readonly additions: ReadonlySet<string>;
  /** An invocation in another moment of its life than the recorded one. */
  readonly anyMoment: boolean;
}

/** Where the keys and types of `ours` are not those of `recorded`. */
export function differences(ours: unknown, recorded: unknown, options: Options, path = ""): string[] {
  const types = [kindOf(ours), kindOf(recorded)];
  if (types[0] !== types[1]) return [`${path || "the value"} is ${types[0]}, was ${types[1]}`];
  if (Array.isArray(ours) && Array.isArray(recorded)) {
    const pairs = Math.min(ours.length, recorded.length);
    return range(pairs).flatMap((i) => differences(ours[i], recorded[i], options, `${path}[${i}]`));
  }
  if (!isObject(ours) || !isObject(recorded)) return [];
  const missing = Object.keys(recorded).filter((key) => !(key in ours));
  const extra = Object.keys(ours).filter((key) => !(key in recorded) && !options.additions.has(key));
  const shared = Object.keys(recorded).filter((key) => key in ours && !mayDiffer(key, ours, recorded, options));
  return [
    ...missing.map((key) => `${path}.${key} is missing`),
    ...extra.map((key) => `${path}.${key} is new`),
    ...shared.flatMap((key) => differences(ours[key], recorded[key], options, `${path}.${key}`)),
  ];
}

function mayDiffer(
  key: string,
  ours: Record<string, unknown>,
  recorded: Record<string, unknown>,
  { anyMoment }: Options,
) {
  return anyMoment && comeToBe.has(key) && (ours[key] === null || recorded[key] === null);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const kindOf = (value: unknown) => (value === null ? "null" : Array.isArray(value) ? "a list" : typeof value);
const range = (length: number) => Array.from({ length }, (_, i) => i);
