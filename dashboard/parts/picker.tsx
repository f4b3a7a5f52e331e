import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { unitText } from "./unit-text.ts";

/** Something of a Thing that can be ticked. */
export interface Choice {
  readonly key: string;
  readonly thing: string;
  readonly title: string;
  readonly unit: string | undefined;
}

interface Props {
  readonly choices: readonly Choice[];
  readonly chosen: ReadonlySet<string>;
  /** No more than so many. */
  readonly most: number;
  readonly onChoose: (key: string, wanted: boolean) => void;
}

/** Properties of all Things, to be ticked. */
export function Picker({ choices, chosen, most, onChoose }: Props): JSX.Element {
  const sought = useSignal("");
  const words = useComputed(() => sought.value.toLowerCase().split(/\s+/).filter(Boolean));
  const found = choices.filter(({ key, title }) => {
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
              .filter((one) => one.thing === thing)
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
