import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const keptAs = "benchd.theme";

/** Which colours somebody wants; those of his machine unless he has said otherwise on this one. */
export const theme = signal<Theme>("system");

/** `storage` throws, or is not there, where a browser is told to keep nothing: then it is so until the page is left. */
export function followTheme(root: HTMLElement, storage: () => Storage): void {
  theme.value = kept(storage);
  effect(() => {
    const wanted = theme.value;
    if (wanted === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = wanted;
    try {
      if (wanted === "system") storage().removeItem(keptAs);
      else storage().setItem(keptAs, wanted);
    } catch {
      // It is not kept.
    }
  });
}

function kept(storage: () => Storage): Theme {
  try {
    const found = storage().getItem(keptAs);
    return found === "light" || found === "dark" ? found : "system";
  } catch {
    return "system";
  }
}
