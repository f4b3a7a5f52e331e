/** As it stands on the button, and for `aria-keyshortcuts`. */
export const stopKeys = { shown: "Ctrl+Shift+X", aria: "Control+Shift+X" };

/** Of a `KeyboardEvent` what counts. */
interface Pressed
  extends Readonly<Record<"ctrlKey" | "shiftKey" | "altKey" | "metaKey" | "repeat" | "isComposing", boolean>> {
  readonly key: string;
  readonly code: string;
}

/**
 * Whether that is the stop: three keys, which nobody types by accident, also where an X is elsewhere on the keyboard or
 * there is none. Held down it counts once.
 */
export function isStop({ ctrlKey, shiftKey, altKey, metaKey, repeat, isComposing, key, code }: Pressed): boolean {
  if (!ctrlKey || !shiftKey || altKey || metaKey || repeat || isComposing) return false;
  return /^[a-z]$/i.test(key) ? key.toLowerCase() === "x" : code === "KeyX";
}
