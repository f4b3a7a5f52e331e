import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { placeOf } from "../route.ts";
import { shortened } from "./value-text.ts";

/** What whoever is here is asked. The forms are loaded once there is something; until then it is words. */
export function AskedHere(): JSX.Element | null {
  const { prompts } = useBench();
  const loaded = useSignal<{ readonly all: () => JSX.Element } | undefined>(undefined);
  const some = prompts.value.length > 0;
  useEffect(() => {
    if (!some || loaded.peek()) return;
    void import("./prompt-form.tsx").then(
      ({ Prompts }) => {
        loaded.value = { all: () => <Prompts /> };
      },
      // The words have a link to where it can be answered.
      () => {},
    );
  }, [some, loaded]);
  const shown = loaded.value;
  if (shown) return <shown.all />;
  if (!some) return null;
  return (
    <ul class="plain stack tight">
      {prompts.value.map(({ id, thing, message }) => (
        <li key={id} class="notice warn">
          <a href={placeOf("things", thing)}>{thing}</a> asks: {shortened(message, 300)}
        </li>
      ))}
    </ul>
  );
}
