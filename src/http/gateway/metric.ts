/** Nothing of what a device or a client says is a label: names of Things, and words of ours. */
type Label = "thing" | "state" | "status" | "probe" | "version";
type Labels = Partial<Record<Label, string>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** A figure for Prometheus, by what it depends on. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  /** Unless it goes up and down. */
  readonly counts?: true;
  readonly samples: readonly Sample[];
}

/** One that goes up and down, and depends on nothing. */
export const gauge = (name: string, help: string, value: number, labels: Labels = {}): Metric => ({
  ...{ name, help },
  samples: [{ labels, value }],
});
