/** A sample of the text format of Prometheus. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)",?/y;

/** Reads it strictly: throws for a line that is none, for a sample without a type before it, and for one that is told twice. */
export function readExposition(text: string): readonly Sample[] {
  const types = new Set<string>();
  const seen = new Set<string>();
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  return text
    .slice(0, -1)
    .split("\n")
    .flatMap((line) => {
      const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line)?.[1];
      if (type !== undefined) types.add(type);
      if (line === "" || line.startsWith("# TYPE ") || line.startsWith("# HELP ")) return [];
      const [, name = "", inner, value = ""] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (!types.has(name)) throw new Error(`no sample, or one without a type: ${line}`);
      if (Number.isNaN(Number(value))) throw new Error(`no value: ${line}`);
      const labels = labelsIn(inner ?? "");
      const id = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
      if (seen.has(id)) throw new Error(`told twice: ${line}`);
      seen.add(id);
      return [{ name, labels, value: Number(value) }];
    });
}

function labelsIn(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (label.lastIndex = 0; label.lastIndex < text.length; ) {
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no labels: ${text}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));
  }
  return labels;
}
