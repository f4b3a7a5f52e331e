import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";

/** What is loaded when it is to be seen first, and kept from then on. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const found = signal<{ readonly part: ComponentType<Props> } | undefined>(undefined);
  const failed = signal(false);
  return function Later(props: Props): JSX.Element {
    useEffect(() => {
      if (found.peek()) return;
      load().then(
        (part) => {
          found.value = { part };
        },
        () => {
          failed.value = true;
        },
      );
    }, []);
    const shown = found.value;
    if (shown) return <shown.part {...props} />;
    if (failed.value) return <p role="alert">This part of the page could not be loaded: reload the page.</p>;
    return <p role="status">Loading…</p>;
  };
}
