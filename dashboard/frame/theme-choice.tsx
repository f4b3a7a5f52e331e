import type { JSX } from "preact";
import { type Theme, theme } from "../theme.ts";

const themes: readonly (readonly [Theme, string])[] = [
  ["system", "As this device"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** Light or dark, for this browser. */
export function ThemeChoice(): JSX.Element {
  return (
    <label class="row">
      Colours
      <select
        value={theme.value}
        onChange={({ currentTarget }) => {
          theme.value = currentTarget.value as Theme;
        }}
      >
        {themes.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
