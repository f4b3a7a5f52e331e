import type { JSX } from "preact";
import type { Item } from "../../timeline/lane.ts";
import { type Mark, type Scale, workOf, xOf } from "../../timeline/marks.ts";
import { barHeight } from "../../timeline/picture.ts";
import { fitting, signs, stateText, wordsOf } from "../../timeline/words.ts";

interface Props {
  readonly id: string;
  readonly mark: Mark;
  readonly y: number;
  readonly scale: Scale;
  /** Where the window begins: what is before that is not seen; px. */
  readonly left: number;
  readonly now: number;
  readonly selected: boolean;
}

const hatched = new Set(["cancelled", "error", "unknown"]);

/** An invocation or a step, or several that are too small to be told apart. */
export function BarMark({ id, mark, y, scale, left, now, selected }: Props): JSX.Element {
  const { key, x, width, item, count, look } = mark;
  const words = item ? wordsOf(item, now) : `${count} invocations close together, at worst ${stateText(look)}`;
  const text = fitting(`${signs[look]} ${item ? labelOf(item) : count}`, x + width - Math.max(x, left) - 8);
  return (
    <>
      <g
        id={id}
        role="option"
        aria-selected={selected}
        aria-label={words}
        class={`tl-bar ${look}${item?.step ? " step" : ""}${item ? "" : " several"}`}
        data-key={key}
        transform={`translate(0 ${y})`}
      >
        {item && width > 5 ? (
          <Inner item={item} mark={mark} scale={scale} now={now} />
        ) : (
          <rect class="work" x={x} width={width} height={barHeight} rx="1.5" />
        )}
        {hatched.has(look) && width > 5 && (
          <rect x={x} width={width} height={barHeight} rx="3" fill={`url(#tl-${look})`} />
        )}
      </g>
      {/* Beside it, as what is seen of its name is not how it is called. */}
      {text && (
        <text class="tl-text" x={Math.max(x, left) + 5} y={y + barHeight - 5}>
          {text}
        </text>
      )}
    </>
  );
}

interface InnerProps {
  readonly item: Item;
  readonly mark: Mark;
  readonly scale: Scale;
  readonly now: number;
}

function Inner({ item, mark: { x, width }, scale, now }: InnerProps): JSX.Element {
  const work = workOf(item, scale);
  const { bar, step } = item;
  return (
    <>
      {(!work || work[0] - x >= 1) && <rect class="whole" x={x} width={width} height={barHeight} rx="3" />}
      {work && <rect class="work" x={work[0]} width={Math.max(1, work[1] - work[0])} height={barHeight} rx="3" />}
      {work && !step && bar.status === "running" && bar.progress !== null && (
        <rect
          class="done"
          x={work[0]}
          y={barHeight - 3}
          width={(Math.max(0, xOf(scale, now) - work[0]) * Math.min(100, Math.max(0, bar.progress))) / 100}
          height="3"
        />
      )}
      {!step &&
        bar.parts.map(({ kind, from, to }) => {
          const start = Math.max(x, xOf(scale, from));
          const end = Math.min(x + width, xOf(scale, to ?? item.endedAt ?? scale.to));
          return (
            <rect
              key={`${kind} ${from}`}
              class={`part ${kind}`}
              x={start}
              width={Math.max(1, end - start)}
              height={barHeight}
              fill={`url(#tl-${kind})`}
            />
          );
        })}
    </>
  );
}

function labelOf({ action, bar, step }: Item): string {
  const progress = !step && bar.status === "running" && bar.progress !== null ? ` ${Math.round(bar.progress)} %` : "";
  return `${action}${progress}`;
}
