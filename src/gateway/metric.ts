import type { Histogram } from "../histogram.ts";

/**
 * What figures depend on. Nothing of what a device or a client says is a label: names of the configuration and of
 * definitions, templates of routes, codes of errors, and words of ours.
 */
type Label =
  | "action"
  | "alarm"
  | "answer"
  | "code"
  | "direction"
  | "file"
  | "interlock"
  | "kind"
  | "limit"
  | "method"
  | "probe"
  | "route"
  | "state"
  | "status"
  | "thing"
  | "version"
  | "why";
export type Labels = Partial<Record<Label, string>>;

interface Told {
  /** As Prometheus wants them: base units, `_total` for what counts. */
  readonly name: string;
  readonly help: string;
}

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** How something is spread. */
export interface Spread {
  readonly labels?: Labels;
  readonly histogram: Histogram;
}

interface Plain extends Told {
  readonly type: "gauge" | "counter";
  readonly samples: readonly Sample[];
}

interface Spreads extends Told {
  readonly type: "histogram";
  readonly spreads: readonly Spread[];
}

/** A figure for Prometheus, by what it depends on. */
export type Metric = Plain | Spreads;

/** One that goes up and down, and depends on nothing. */
export const gauge = (name: string, help: string, value: number, labels: Labels = {}): Metric =>
  gauges(name, help, [{ labels, value }]);

/** One that goes up and down. */
export const gauges = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...{ name, help, type: "gauge", samples },
});

/** One that only grows, until the next start, and depends on nothing. */
export const counter = (name: string, help: string, value: number): Metric => counters(name, help, [{ value }]);

/** One that only grows, until the next start. */
export const counters = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...{ name, help, type: "counter", samples },
});

export const spreads = (name: string, help: string, all: readonly Spread[]): Metric => ({
  ...{ name, help, type: "histogram", spreads: all },
});
