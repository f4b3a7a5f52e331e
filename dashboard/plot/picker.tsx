import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { unitText } from "../parts/unit-text.ts";
import type { Line } from "./line.ts";

interface Props {
  readonly lines: readonly Line[];
  readonly chosen: ReadonlySet<string>;
  /** No more than so many. */
  readonly most: number;
  readonly onChoose: (key: string, wanted: boolean) => void;
}

/** All numbers of all Things, to be ticked. */
export function Picker({ lines, chosen, most, onChoose }: Props): JSX.Element {
  const sought = useSignal("");
  const words = useComputed(() => sought.value.toLowerCase().split(/\s+/).filter(Boolean));
  const found = lines.filter(({ key, title }) => {
    const text = `${key} ${title}`.toLowerCase();
    return words.value.every((word) => text.includes(word));
  });
  const things = [...new Set(found.map(({ thing }) => thing))];
  const full = chosen.size >= most;
  return (
    <div class="picker">
      <label class="field">
        Find
        <input
          type="search"
          value={sought.value}
          placeholder="temperature"
          onInput={(event) => {
            sought.value = event.currentTarget.value;
          }}
        />
      </label>
      {full && <p class="hint">No more than {most} at a time.</p>}
      {found.length === 0 && <p class="soft">Nothing is called so.</p>}
      <div class="choices">
        {things.map((thing) => (
          <fieldset key={thing}>
            <legend>{thing}</legend>
            {found
              .filter((line) => line.thing === thing)
              .map(({ key, title, unit }) => (
                <label key={key} class="tick">
                  <input
                    type="checkbox"
                    checked={chosen.has(key)}
                    disabled={full && !chosen.has(key)}
                    onChange={(event) => onChoose(key, event.currentTarget.checked)}
                  />
                  <span>
                    {title} {unitText(unit) && <span class="soft">{unitText(unit)}</span>}
                  </span>
                </label>
              ))}
          </fieldset>
        ))}
      </div>
    </div>
  );
}
