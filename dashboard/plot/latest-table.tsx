import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Table } from "../parts/table.tsx";
import { unitText } from "../parts/unit-text.ts";
import { numberText } from "../parts/value-text.ts";
import type { Line } from "./line.ts";
import type { TimeAxis } from "./plot.tsx";
import type { Shown } from "./plot-stack.tsx";

/** So many of each are told. */
const perLine = 10;
const everyMs = 1000;

interface Props {
  readonly shown: readonly Shown[];
  readonly nameOf: (line: Line) => string;
  readonly axis: TimeAxis;
}

/** The latest values in words, for who sees no plots, or wants to read them off. Nothing of it is made while it is closed. */
export function LatestTable({ shown, nameOf, axis }: Props): JSX.Element {
  const open = useSignal(false);
  return (
    <details
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>The latest values as a table</summary>
      {open.value && <Rows {...{ shown, nameOf, axis }} />}
    </details>
  );
}

function Rows({ shown, nameOf, axis }: Props): JSX.Element {
  const times = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => {
      times.value++;
    }, everyMs);
    return () => clearInterval(timer);
  }, [times]);
  // Read, so that it is made anew.
  times.value;
  const rows = shown.flatMap(({ line, series }) =>
    series.last(perLine).map(({ at, value }, n) => ({
      ...{ key: `${line.key} ${n}`, name: nameOf(line), at, value, unit: unitText(line.unit) },
      holds: n === 0 && series.holds,
    })),
  );
  return (
    <Table
      caption="The latest values"
      columns={[
        { title: "Property", of: ({ name }) => name },
        { title: "Value", of: ({ value, unit }) => `${numberText(value)} ${unit}`, as: "number" },
        { title: "Since", of: ({ at }) => axis.text(at) },
        { title: "Now", of: ({ holds }) => (holds ? "holds" : "") },
      ]}
      rows={rows}
      keyOf={({ key }) => key}
      empty="Nothing is known yet."
    />
  );
}
