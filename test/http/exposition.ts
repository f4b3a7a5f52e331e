/** A sample of the text format of Prometheus. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A figure with all that is told of it. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-zA-Z_])|$)/y;

/**
 * Reads it strictly: throws for a line that is none, for a figure that is told twice or without help or type, for a
 * sample that is not where its figure is, or is told twice, and for a histogram that is none.
 */
export function readFamilies(text: string): readonly Family[] {
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  const seen = new Set<string>();
  let current: (Family & { readonly samples: Sample[] }) | undefined;
  let help: readonly [name: string, text: string] | undefined;
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  for (const line of text.slice(0, -1).split("\n")) {
    const [, helped, words = ""] = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\[\\n])+)$/.exec(line) ?? [];
    const [, typed, type] = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (helped !== undefined) help = [helped, words];
    else if (typed !== undefined) {
      if (help?.[0] !== typed) throw new Error(`no help: ${line}`);
      if (families.has(typed)) throw new Error(`told twice: ${line}`);
      current = { name: typed, type: type as Family["type"], help: help[1], samples: [] };
      families.set(typed, current);
      help = undefined;
    } else {
      const sample = sampleIn(line);
      if (!current || help || !belongs(sample, current)) throw new Error(`not of the figure before it: ${line}`);
      const id = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(id)) throw new Error(`told twice: ${line}`);
      seen.add(id);
      current.samples.push(sample);
    }
  }
  if (help) throw new Error(`help for nothing: ${help[0]}`);
  for (const family of families.values()) judge(family);
  return [...families.values()];
}

/** All samples, as `readFamilies` finds them. */
export const readExposition = (text: string): readonly Sample[] => readFamilies(text).flatMap(({ samples }) => samples);

function sampleIn(line: string): Sample {
  const [, name, inner, value = ""] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || (Number.isNaN(Number(value)) && !/^(NaN|[+-]Inf)$/.test(value)))
    throw new Error(`no sample: ${line}`);
  return { name, labels: labelsIn(inner ?? ""), value: Number(value) };
}

function labelsIn(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (label.lastIndex = 0; label.lastIndex < text.length; ) {
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined || value === undefined || name in labels) throw new Error(`no labels: ${text}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));
  }
  return labels;
}

const belongs = ({ name, labels }: Sample, family: Family): boolean =>
  family.type === "histogram"
    ? (name === `${family.name}_bucket` && labels["le"] !== undefined) ||
      /^_(sum|count)$/.test(after(name, family.name))
    : name === family.name;

const after = (name: string, begin: string) => (name.startsWith(begin) ? name.slice(begin.length) : "");

function judge({ name, type, samples }: Family): void {
  if (samples.length === 0) throw new Error(`nothing is told of ${name}`);
  if ((type === "counter") !== name.endsWith("_total")) throw new Error(`${name} is a ${type}`);
  if (type === "counter" && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts downwards`);
  if (type !== "histogram") return;
  const keyOf = ({ labels: { le: _, ...rest } }: Sample) => JSON.stringify(rest);
  for (const key of new Set(samples.map(keyOf))) {
    const own = samples.filter((sample) => keyOf(sample) === key);
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) =>
      labels["le"] === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels["le"]),
    );
    const counts = buckets.map(({ value }) => value);
    const total = own.find((sample) => sample.name === `${name}_count`)?.value;
    const rising = (all: readonly number[]) => all.every((value, n) => n === 0 || value >= (all[n - 1] ?? 0));
    const sums = own.filter((sample) => sample.name === `${name}_sum`);
    if (!rising(bounds) || !rising(counts) || bounds.at(-1) !== Number.POSITIVE_INFINITY || counts.at(-1) !== total)
      throw new Error(`${name} ${key} is no histogram`);
    if (sums.length !== 1) throw new Error(`${name} ${key} has no sum`);
  }
}
