import { redact } from "../../redact.ts";

/** Settings whose texts are words of benchd's own, or names of Things: they tell what is wrong, and let nobody in. */
const telling: ReadonlySet<string> = new Set([
  ...[
    "driver",
    "twin",
    "bus",
    "thing",
    "property",
    "output",
    "on",
    "backend",
    "chip",
    "whenFull",
    "auth",
    "prefix",
    "cutBy",
  ],
  ...["emergencyStop", "onStart", "onStop", "onCrash", "onDisconnect", "onLeaseLoss", "pull", "flowControl"],
  ...["vendorId", "productId", "stateDirectory"],
]);

/** Shorter texts would be found everywhere. */
const minLength = 4;

/** What is left of a configuration, and the texts that were taken out of it. */
export interface Scrubbed {
  readonly content: unknown;
  readonly taken: readonly string[];
}

/** A configuration of which numbers, switches and names of ours are left: drivers take what they like, passwords too. */
export function scrubConfiguration(content: unknown): Scrubbed {
  const taken = new Set<string>();
  const scrub = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((one) => scrub(one, path));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrub(one, [...path, key])]));
    if (typeof value !== "string" || isTelling(path, value)) return value;
    // Of an address also what stands before its port.
    for (const part of [value, ...value.replace(/^\w+:\/\//, "").split(/[:@/]/)])
      if (part.length >= minLength) taken.add(part);
    return `[text of ${value.length}]`;
  };
  return { content: scrub(content, []), taken: [...taken] };
}

function isTelling(path: readonly string[], value: string): boolean {
  const [section, , part] = path;
  if (section === "things" && part === "config") return false;
  if (section === "things" && part === "uses") return true;
  if (["serial", "path"].includes(path.at(-1) ?? "")) return value.startsWith("/dev/");
  return telling.has(path.at(-1) ?? "");
}

const addresses =
  /\b(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b|\b(?:fe80|fd[0-9a-f]{2}):[0-9a-f:]+/gi;

const homes = /(\/home\/)[^/\s"':]+/g;

/** A value without secrets, addresses, and whatever else is not to be told. */
export function scrubValue(value: unknown, taken: Iterable<string>): unknown {
  // The longest first: one may be a part of another.
  const all = [...new Set(taken)].filter(({ length }) => length >= minLength).sort((a, b) => b.length - a.length);
  const scrubText = (text: string) =>
    all
      .reduce((left, one) => left.replaceAll(one, "[taken out]"), redact(text))
      .replace(homes, "$1[name]")
      .replace(addresses, "[address]");
  const scrub = (one: unknown): unknown => {
    if (typeof one === "string") return scrubText(one);
    if (Array.isArray(one)) return one.map(scrub);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, below]) => [scrubText(key), scrub(below)]));
  };
  return scrub(value);
}
