import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { movable } from "../../parts/movable.ts";
import { shortened } from "../../parts/value-text.ts";
import { lineOf } from "../../runs/outline.ts";
import type { Mistake } from "../../runs/shapes.ts";

/** More of it freezes a page, and is read elsewhere. */
const maxLines = 3000;
const maxLine = 400;

interface Props {
  readonly text: string;
  /** The lines that a run is at, from 1 on. */
  readonly current: readonly number[];
  readonly mistakes: readonly Mistake[];
}

/** The text of a procedure with its lines numbered, and what is wrong below the line where it is. */
export function Document({ text, current, mistakes }: Props): JSX.Element {
  const lines = useMemo(() => text.replace(/\r?\n$/, "").split(/\r?\n/), [text]);
  const box = useRef<HTMLElement>(null);
  const first = Math.min(...current);
  useEffect(() => {
    const line = box.current?.querySelectorAll("li")[first - 1];
    // In its own frame: the page stays where it is.
    if (box.current && line) box.current.scrollTop = line.offsetTop - box.current.clientHeight / 3;
  }, [first]);
  const elsewhere = mistakes.filter((one) => (lineOf(one) ?? 0) < 1 || (lineOf(one) ?? 0) > lines.length);
  return (
    <div class="stack tight">
      <Mistakes mistakes={elsewhere} />
      <section ref={box} class="document" aria-label="The text of the procedure" {...movable}>
        <ol>
          {lines.slice(0, maxLines).map((line, n) => {
            const wrong = mistakes.filter((one) => lineOf(one) === n + 1);
            const here = current.includes(n + 1);
            return (
              <li key={`${n}`} class={here ? "here" : wrong.length > 0 ? "wrong" : undefined}>
                <code>{line.slice(0, maxLine) || " "}</code>
                {here && <span class="unseen"> (it is here)</span>}
                {wrong.map(({ message, step }) => (
                  <p key={`${step} ${message}`} class="problem small">
                    {shortened(message, 1000)}
                  </p>
                ))}
              </li>
            );
          })}
        </ol>
      </section>
      {lines.length > maxLines && <p class="soft">{`The first ${maxLines} of ${lines.length} lines.`}</p>}
    </div>
  );
}

/** What keeps a procedure from being run, each with where it is. */
export function Mistakes({ mistakes }: { readonly mistakes: readonly Mistake[] }): JSX.Element | null {
  if (mistakes.length === 0) return null;
  return (
    <ul class="notice bad">
      {mistakes.slice(0, 100).map(({ at, step, message }) => (
        <li key={`${at} ${step} ${message}`}>
          {[at && `line ${lineOf({ at }) ?? at}`, step].filter(Boolean).join(", ")}: {shortened(message, 1000)}
        </li>
      ))}
    </ul>
  );
}
