import type { JSX } from "preact";
import type { Asked } from "./ask.ts";
import { shortened } from "./value-text.ts";

/** How a request stands, where there is something to say. */
export function AskedNote({ asked: { state, words, fields } }: { readonly asked: Asked }): JSX.Element {
  const bad = state === "refused" || state === "unknown";
  return (
    <div
      role={bad ? "alert" : "status"}
      class={bad ? `asked notice ${state === "refused" ? "bad" : "warn"}` : "asked soft"}
    >
      {words !== "" && <p>{shortened(words, 2000)}</p>}
      {fields.size > 0 && (
        <ul>
          {[...fields].map(([at, said]) => (
            <li key={at}>
              {at.slice(1)} {said}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
