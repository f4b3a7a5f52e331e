import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { placeOf } from "../../route.ts";
import type { Scale } from "../../timeline/marks.ts";
import { type DrawnLane, Picture, placed, rowHeight, scaleOf } from "../../timeline/picture.ts";
import { ticks } from "../../timeline/ticks.ts";
import { windowOf } from "../../timeline/viewport.ts";
import { BarMark } from "./bar.tsx";
import { keyed, pointed } from "./hands.ts";
import type { Looking } from "./looking.ts";
import { Patterns } from "./patterns.tsx";
import { Ties } from "./ties.tsx";

const axisHeight = 22;
const narrowPx = 560;

/** What was done when, lane by lane: one looks at a stretch of it, and moves along by pointer, wheel and keys. */
export function Gantt({ looking }: { readonly looking: Looking }): JSX.Element {
  const { source, view, selected, open, things } = looking;
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const moving = useRef<SVGGElement>(null);
  const past = useRef<SVGRectElement>(null);
  const present = useRef<SVGLineElement>(null);
  const width = useSignal(0);
  /** Which stretch is drawn; a whole number of strides from 1970, so that it seldom changes. */
  const stride = useSignal("");
  const picture = useMemo(() => new Picture(source.model), [source]);
  const scale = useComputed(() => {
    stride.value;
    return scaleOf(view.value, looking.edge(), width.value);
  });
  useEffect(() => {
    const watch = new ResizeObserver(() => {
      width.value = box.current?.querySelector("svg")?.clientWidth ?? 0;
    });
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    let frame = 0;
    let [last, drawnAt] = [Number.NaN, 0];
    const move = (time: number) => {
      frame = requestAnimationFrame(move);
      if (calm && time - drawnAt < 1000) return;
      const { from } = windowOf(view.peek(), looking.edge());
      const drawn = scaleOf(view.peek(), looking.edge(), width.peek());
      stride.value = `${drawn.from}`;
      const { from: origin, pxPerMs } = scale.peek();
      const x = -(from - origin) * pxPerMs;
      const edge = (looking.edge() - origin) * pxPerMs;
      if (Math.abs(x - last) < 0.2 && time - drawnAt < 250) return;
      [last, drawnAt] = [x, time];
      moving.current?.setAttribute("transform", `translate(${x.toFixed(2)} 0)`);
      past.current?.setAttribute("width", String(Math.max(0, edge)));
      present.current?.setAttribute("transform", `translate(${edge.toFixed(2)} 0)`);
    };
    frame = requestAnimationFrame(move);
    return () => cancelAnimationFrame(frame);
  }, [looking]);
  useEffect(() => (svg.current ? pointed(svg.current, looking, () => width.peek()) : undefined), [looking]);

  source.version.value;
  const narrow = width.value < narrowPx;
  const { from } = windowOf(view.value, looking.edge());
  const wish = { things: things.value, scale: scale.value, open: open.value, narrow };
  const lanes = width.value > 0 ? picture.draw(wish) : [];
  const height = (lanes.at(-1)?.top ?? 0) + (lanes.at(-1)?.height ?? 0);
  const left = (from - scale.value.from) * scale.value.pxPerMs;
  const empty = lanes.every(({ rows }) => rows.every(({ marks }) => marks.length === 0));
  const shown = selected.value ? placed(lanes, selected.value) : undefined;
  return (
    <div class={`gantt${narrow ? " narrow" : ""}`} ref={box}>
      <LaneNames lanes={lanes} above={narrow} />
      <div
        class="tl-picture"
        role="listbox"
        aria-label="Timeline: arrow keys walk from bar to bar, + and - zoom, Page Up and Page Down scroll, L goes to the present"
        aria-activedescendant={shown ? idOf(shown.mark.key) : undefined}
        tabIndex={0}
        onKeyDown={(event) => keyed(event, looking)}
      >
        <svg ref={svg} role="presentation" height={height + axisHeight}>
          <Patterns />
          <clipPath id="tl-past">
            <rect ref={past} x="0" y="0" width="0" height={height} />
          </clipPath>
          {lanes.map(({ thing, top, height: lane }, n) => (
            <rect key={thing} class={`tl-lane${n % 2 ? " odd" : ""}`} y={top} width="100%" height={lane} />
          ))}
          {/* A list without anything to choose would be none. */}
          {empty && <g role="option" aria-selected={false} aria-disabled aria-label="Nothing was done in this time" />}
          <g ref={moving}>
            <Axis scale={scale.value} height={height} />
            <g clip-path="url(#tl-past)">
              {lanes.map((lane) => (
                <LaneBars
                  key={lane.thing}
                  {...lane}
                  scale={scale.value}
                  left={left}
                  looking={looking}
                  mine={selected.value?.thing === lane.thing ? shown?.mark.key : undefined}
                />
              ))}
              {selected.value && <Ties item={selected.value} lanes={lanes} />}
              {shown && (
                <rect
                  class="tl-focus"
                  x={shown.mark.x - 2}
                  y={shown.y - 2}
                  width={shown.mark.width + 4}
                  height={rowHeight - 2}
                  rx="4"
                />
              )}
            </g>
            <line ref={present} class="tl-now" y1="0" y2={height} />
          </g>
        </svg>
      </div>
      {empty && (
        <p class="tl-empty soft" aria-hidden="true">
          Nothing was done in this time.
        </p>
      )}
    </div>
  );
}

const idOf = (key: string): string => `tl-${key}`;

function LaneNames({ lanes, above }: { readonly lanes: readonly DrawnLane[]; readonly above: boolean }): JSX.Element {
  const { things } = useBench();
  return (
    <ul class={above ? "tl-names above" : "tl-names"}>
      {lanes.map(({ thing, top, height, rows }) => (
        <li key={thing} style={{ top: `${top}px`, height: `${height}px` }} class={rows.length > 0 ? undefined : "idle"}>
          {thing === "gateway" ? (
            <a href={placeOf("runs")}>Runs</a>
          ) : (
            <a href={placeOf("things", thing)} title={things.value.get(thing)?.title.value ?? thing}>
              {thing}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

interface LaneProps extends DrawnLane {
  readonly scale: Scale;
  readonly left: number;
  readonly looking: Looking;
  /** The key of the mark in it that is looked at. */
  readonly mine: string | undefined;
}

/** Drawn again only when something in it is drawn otherwise. */
function LaneBars({ top, head, rows, scale, left, looking, mine }: LaneProps): JSX.Element {
  const bars = useMemo(() => {
    const now = looking.edge();
    return rows.flatMap(({ marks, nested }, row) =>
      marks.map((mark) => {
        const key = nested ? `${row}:${mark.key}` : mark.key;
        const place = { id: idOf(key), mark, y: head + row * rowHeight, scale, left, now };
        return <BarMark key={key} {...place} selected={mark.key === mine} />;
      }),
    );
  }, [rows, head, scale, mine]);
  return <g transform={`translate(0 ${top})`}>{bars}</g>;
}

function Axis({ scale, height }: { readonly scale: Scale; readonly height: number }): JSX.Element {
  const all = useMemo(() => ticks(scale.from, scale.to, scale.pxPerMs), [scale]);
  return (
    <g class="tl-axis">
      {all.map(({ at, text }) => (
        <g key={at} transform={`translate(${((at - scale.from) * scale.pxPerMs).toFixed(2)} 0)`}>
          <line y1="0" y2={height + 4} />
          <text y={height + 16}>{text}</text>
        </g>
      ))}
    </g>
  );
}
