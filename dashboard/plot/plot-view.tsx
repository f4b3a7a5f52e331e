import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Picker } from "../parts/picker.tsx";
import { place, placeOf } from "../route.ts";
import { type Line, linesNamed } from "./line.ts";
import { useLines } from "./live-plot.tsx";
import { PlotStack } from "./plot-stack.tsx";

/** So many plots are drawn at a time. */
const most = 12;

/** `#/plots?p=ph.ph&p=balance.weight`: numbers of the whole bench as they come. */
export function PlotView(): JSX.Element {
  const { lines, failed } = useLines();
  const named = place.value.query.getAll("p");
  const open = useSignal(named.length === 0);
  if (failed) return <p role="alert">{failed}</p>;
  const found = new Map(named.flatMap((key) => linesNamed(key, lines ?? []).map((line) => [line.key, line])));
  const chosen = [...found.values()].slice(0, most);
  const missing = lines ? named.filter((key) => linesNamed(key, lines).length === 0).slice(0, most) : [];
  const choose = (key: string, wanted: boolean) => {
    const others = chosen.map((line) => line.key).filter((one) => one !== key);
    go(wanted ? [...others, key] : others);
  };
  return (
    <div class="stack">
      <h1>Plots</h1>
      {missing.length > 0 && (
        <p class="notice warn">There is no such number, or you may not see it: {missing.join(", ")}.</p>
      )}
      <details
        class="card"
        open={open.value}
        onToggle={(event) => {
          open.value = event.currentTarget.open;
        }}
      >
        <summary>What is plotted ({chosen.length})</summary>
        {lines ? (
          <Picker choices={lines} chosen={new Set(chosen.map(({ key }) => key))} most={most} onChoose={choose} />
        ) : (
          <p role="status">Loading…</p>
        )}
      </details>
      {chosen.length > 0 && <PlotStack lines={chosen} nameOf={nameOf} />}
    </div>
  );
}

const nameOf = ({ thing, title }: Line) => `${thing}: ${title}`;

/** Another choice is no other place to go back from. */
function go(keys: readonly string[]): void {
  const query = new URLSearchParams(keys.map((key) => ["p", key]));
  window.location.replace(keys.length === 0 ? placeOf("plots") : `${placeOf("plots")}?${query}`);
}
