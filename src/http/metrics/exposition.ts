import type { Labels, Metric, Spread } from "../../gateway/metric.ts";
import type { Histogram } from "../../histogram.ts";

export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** Figures in the text format of Prometheus. One that has no samples is left out. */
export function exposition(metrics: readonly Metric[]): string {
  // Joined once: a text that grows by thousands of lines is copied again and again.
  const pieces: string[] = [];
  for (const metric of metrics) {
    const { name, help, type } = metric;
    if ((type === "histogram" ? metric.spreads : metric.samples).length === 0) continue;
    pieces.push(`# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`);
    if (type === "histogram") for (const spread of metric.spreads) addBuckets(pieces, name, spread);
    else
      for (const { labels, value } of metric.samples) {
        const inner = labels ? labelled(labels) : "";
        pieces.push(inner === "" ? `${name} ${shown(value)}\n` : `${name}{${inner}} ${shown(value)}\n`);
      }
  }
  return pieces.join("");
}

/** What stands before the numbers of a histogram: most of what is told, and the same at each scrape. */
const beginnings = new WeakMap<Histogram, { readonly inner: string; readonly lines: readonly string[] }>();

/** Each bucket counts all that is in those before it. */
function addBuckets(pieces: string[], name: string, { labels = {}, histogram }: Spread): void {
  const { counts, sum, count } = histogram;
  const lines = beginningsOf(name, labelled(labels), histogram);
  let upTo = 0;
  for (let place = 0; place < counts.length; place++) {
    upTo += counts[place] ?? 0;
    pieces.push(`${lines[place]}${upTo}\n`);
  }
  const [before = "", after = ""] = lines.slice(-2);
  pieces.push(`${before}${shown(sum)}\n${after}${count}\n`);
}

function beginningsOf(name: string, inner: string, histogram: Histogram): readonly string[] {
  const known = beginnings.get(histogram);
  if (known?.inner === inner) return known.lines;
  const before = inner === "" ? "" : `${inner},`;
  const alone = inner === "" ? "" : `{${inner}}`;
  const buckets = [...histogram.bounds, "+Inf"].map((bound) => `${name}_bucket{${before}le="${bound}"} `);
  const lines = [...buckets, `${name}_sum${alone} `, `${name}_count${alone} `];
  beginnings.set(histogram, { inner, lines });
  return lines;
}

function labelled(labels: Labels): string {
  let text = "";
  for (const [name, value] of Object.entries(labels)) {
    const quoted = `${name}="${hostile.test(value) ? escaped(value).replaceAll('"', '\\"') : value}"`;
    text = text === "" ? quoted : `${text},${quoted}`;
  }
  return text;
}

const hostile = /["\\\n]/;
const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");

/** As Go reads it. */
function shown(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
