import type { JSX, RefObject } from "preact";
import { movable } from "../../parts/movable.ts";
import { arrows, pieces, type ShownLine, words } from "./traffic-log.ts";

interface Props {
  readonly label: string;
  readonly lines: readonly ShownLine[];
  readonly timeOf: (at: number) => string;
  readonly frame?: RefObject<HTMLElement | null>;
  readonly onScroll?: (event: Event) => void;
}

/** Lines of traffic under one another: when, which way, and what, with control characters to be seen. */
export function Wire({ label, lines, timeOf, frame, onScroll }: Props): JSX.Element {
  const more = { ...(frame && { ref: frame }), ...(onScroll && { onScroll }) };
  return (
    <section class="wire" aria-label={label} {...movable} {...more}>
      <table>
        <caption class="unseen">{label}</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Direction</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ n, at, direction, text }) => (
            <tr key={n} class={direction}>
              <td>{at === undefined ? "" : timeOf(at)}</td>
              <td>
                <span aria-hidden="true">{arrows[direction]}</span> {words[direction]}
              </td>
              <td>{direction === "note" ? text : <Marked text={text} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Marked = ({ text }: { readonly text: string }) => (
  <>{pieces(text).map((piece, n) => (piece.startsWith("\\") ? <i key={n}>{piece}</i> : piece))}</>
);
