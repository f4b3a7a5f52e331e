/** A level of a topic, as names of Things, affordances and interlocks are; never with a wildcard or a slash. */
const level = /^[A-Za-z0-9_-]{1,200}$/;

/** What a topic of a gateway tells of. */
export type Told =
  | { readonly kind: "status" | "things" | "emergencyStop" | "gap" }
  | { readonly kind: "description" | "state"; readonly thing: string }
  | { readonly kind: "property" | "event" | "action"; readonly thing: string; readonly name: string }
  | { readonly kind: "interlock"; readonly name: string };

/** The topics of one gateway: each begins with its prefix and its name. */
export class Topics {
  readonly base: string;
  readonly status: string;

  constructor({ prefix, gateway }: { readonly prefix: string; readonly gateway: string }) {
    this.base = `${prefix}/${gateway}`;
    this.status = `${this.base}/status`;
  }

  /** Undefined where a name could be taken for several levels, or for a wildcard. */
  of(told: Told): string | undefined {
    const levels = levelsOf(told);
    return levels.every((one) => level.test(one)) ? [this.base, ...levels].join("/") : undefined;
  }

  /** What a topic is for that a broker keeps; undefined for any other, also one of another gateway. */
  kept(topic: string): Told | undefined {
    if (!topic.startsWith(`${this.base}/`)) return undefined;
    const [first, second = "", third, fourth = "", ...rest] = topic.slice(this.base.length + 1).split("/");
    const told = keptAs(first, second, third, fourth);
    return told && rest.length === 0 && this.of(told) === topic ? told : undefined;
  }

  /** All that a broker may have kept of this gateway's, but for what it always has. */
  get keptFilters(): readonly string[] {
    const { base } = this;
    return [
      ...["description", "state", "properties/+"].map((what) => `${base}/things/+/${what}`),
      `${base}/interlocks/+`,
    ];
  }
}

function levelsOf(told: Told): readonly string[] {
  switch (told.kind) {
    case "emergencyStop":
      return ["emergency_stop"];
    case "interlock":
      return ["interlocks", told.name];
    case "description":
    case "state":
      return ["things", told.thing, told.kind];
    case "property":
      return ["things", told.thing, "properties", told.name];
    case "event":
      return ["things", told.thing, "events", told.name];
    case "action":
      return ["things", told.thing, "actions", told.name];
    default:
      return [told.kind];
  }
}

function keptAs(
  first: string | undefined,
  second: string,
  third: string | undefined,
  fourth: string,
): Told | undefined {
  if (first === "status" || (first === "things" && second === "")) return { kind: first };
  if (first === "emergency_stop") return { kind: "emergencyStop" };
  if (first === "interlocks") return { kind: "interlock", name: second };
  if (first !== "things") return undefined;
  if (third === "description" || third === "state") return { kind: third, thing: second };
  return third === "properties" ? { kind: "property", thing: second, name: fourth } : undefined;
}

/** Whether a topic is one of those that a filter asks for. */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (const [at, one] of wanted.entries()) {
    if (one === "#") return true;
    if (one !== "+" && one !== levels[at]) return false;
    if (at >= levels.length) return false;
  }
  return wanted.length === levels.length;
}
