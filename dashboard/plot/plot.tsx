import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { numberText } from "../parts/value-text.ts";
import { Chart } from "./chart.ts";
import type { Series } from "./series.ts";
import { onTick } from "./ticker.ts";

/** What all plots under one another have in common. */
export interface TimeAxis {
  /** From when to when they go now; ms. */
  readonly span: () => readonly [from: number, to: number];
  /** What somebody points at; ms. */
  readonly cursor: Signal<number | undefined>;
  readonly tick: (at: number, stepMs: number) => string;
  /** A time in full, beside a value. */
  readonly text: (at: number) => string;
  readonly held: boolean;
  readonly onSelect?: (from: number, to: number) => void;
}

interface Props {
  readonly title: string;
  /** What it is of, for those who listen. */
  readonly label: string;
  readonly unit: string;
  readonly series: Series;
  readonly axis: TimeAxis;
  /** Of `--series-1` and so on. */
  readonly colour: number;
}

interface Told {
  readonly words: string;
  readonly stale: boolean;
  /** Where the cursor is, in thousandths of the width. */
  readonly place: number;
}

const nothing: Told = { words: "nothing known yet", stale: true, place: 1000 };

/** One line over time, with what it is at the cursor in words. Arrows move the cursor from reading to reading. */
export function Plot({ title, label, unit, series, axis, colour }: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const swatch = useRef<HTMLSpanElement>(null);
  const told = useSignal(nothing);
  // Another one may take its place: what is read anew goes into the same picture.
  const drawn = useRef(series);
  drawn.current = series;
  const failed = useSignal(false);
  useEffect(() => {
    const [into, by] = [host.current, swatch.current];
    if (!into || !by) return;
    let end: (() => void) | undefined;
    let gone = false;
    const onPoint = (at: number | undefined) => {
      axis.cursor.value = at;
    };
    const { tick, held, onSelect } = axis;
    void Chart.make({ host: into, swatch: by, unit, held, tick, onPoint, onSelect }).then(
      (chart) => {
        if (gone) chart.destroy();
        else end = keepDrawn(chart, into, { series: () => drawn.current, axis, unit, told });
      },
      () => {
        failed.value = true;
      },
    );
    return () => {
      gone = true;
      end?.();
    };
  }, [unit, axis]);
  const { words, stale, place } = told.value;
  return (
    <figure class="plot">
      <figcaption class="row apart">
        <span>
          <span ref={swatch} class={`swatch series-${1 + (colour % 6)}`} aria-hidden="true" /> <strong>{title}</strong>
        </span>
        <output class={stale ? "stale" : ""}>{words}</output>
      </figcaption>
      {failed.value && <p role="alert">Plots could not be loaded: reload the page.</p>}
      <div
        ref={host}
        class="canvas"
        role="slider"
        tabIndex={0}
        aria-label={`Cursor of ${label}`}
        aria-valuemin={0}
        aria-valuemax={1000}
        aria-valuenow={place}
        aria-valuetext={words}
        onKeyDown={(event) => key(event, series, axis)}
      />
    </figure>
  );
}

interface Kept {
  readonly series: () => Series;
  readonly axis: TimeAxis;
  readonly unit: string;
  readonly told: Signal<Told>;
}

/** Draws it when there is something else to be seen; returns what ends that. */
function keepDrawn(chart: Chart, host: HTMLElement, { series: now, axis, unit, told }: Kept): () => void {
  let drawn = "";
  let last: Series | undefined;
  let seen = true;
  const sizes = new ResizeObserver(() => {
    chart.fit();
    drawn = "";
  });
  sizes.observe(host);
  const sight = new IntersectionObserver((entries) => {
    seen = entries.at(-1)?.isIntersecting ?? true;
  });
  sight.observe(host);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // Also when somebody chooses for this page alone.
  const chosen = new MutationObserver(() => chart.repaint());
  chosen.observe(document.documentElement, { attributes: true });
  const repaint = () => chart.repaint();
  dark.addEventListener("change", repaint);
  const draw = () => {
    if (!seen) return;
    const [from, to] = axis.span();
    const { dots } = chart;
    const series = now();
    const how = `${series.version} ${dots} ${to - from} ${Math.floor((to * dots) / (to - from))}`;
    if (how !== drawn || series !== last) chart.draw(series.between(from, to, { dots, held: axis.held }), from, to);
    drawn = how;
    last = series;
    const at = axis.cursor.peek();
    chart.point(at);
    const next = telling(series, axis, unit);
    const { words, stale, place } = told.peek();
    if (next.words !== words || next.stale !== stale || next.place !== place) told.value = next;
  };
  draw();
  const ends = onTick(draw);
  return () => {
    ends();
    sizes.disconnect();
    sight.disconnect();
    chosen.disconnect();
    dark.removeEventListener("change", repaint);
    chart.destroy();
  };
}

function telling(series: Series, { span, cursor, held, text }: TimeAxis, unit: string): Told {
  const at = cursor.peek();
  const value = (number: number) => (unit === "" ? numberText(number) : `${numberText(number)} ${unit}`);
  if (at === undefined) {
    const { latest } = series;
    if (!latest) return nothing;
    const stale = held && !series.holds;
    const words = held && !stale ? value(latest.value) : `${value(latest.value)} at ${text(latest.at)}`;
    return { words: stale ? `last known: ${words}` : words, stale, place: 1000 };
  }
  const [from, to] = span();
  const place = Math.round((1000 * (Math.min(Math.max(at, from), to) - from)) / (to - from));
  const found = series.at(at, held);
  if (!found) return { words: `nothing known at ${text(at)}`, stale: true, place };
  return { words: `${value(found.value)} at ${text(held ? at : found.at)}`, stale: false, place };
}

function key(event: KeyboardEvent, series: Series, { span, cursor }: TimeAxis): void {
  const [from, to] = span();
  const at = cursor.value ?? to;
  const inside = (time: number | undefined) => (time === undefined ? at : Math.min(Math.max(time, from), to));
  const next: Readonly<Record<string, () => number | undefined>> = {
    ArrowLeft: () => inside(series.beside(at, -1)),
    ArrowRight: () => inside(series.beside(at, 1)),
    ArrowDown: () => inside(series.beside(at, -1)),
    ArrowUp: () => inside(series.beside(at, 1)),
    PageDown: () => inside(at - (to - from) / 10),
    PageUp: () => inside(at + (to - from) / 10),
    Home: () => from,
    End: () => to,
    Escape: () => undefined,
  };
  if (!Object.hasOwn(next, event.key)) return;
  event.preventDefault();
  cursor.value = next[event.key]?.();
}
