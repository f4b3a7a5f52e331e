import type { JSX } from "preact";
import { type Item, itemsOf } from "../../timeline/lane.ts";
import { barHeight, type DrawnLane, placed } from "../../timeline/picture.ts";

interface Props {
  readonly item: Item;
  readonly lanes: readonly DrawnLane[];
}

/** From an invocation to what it does on other Things, or from such a step to what it belongs to. */
export function Ties({ item, lanes }: Props): JSX.Element {
  const [whole, ...steps] = itemsOf(item.bar);
  const from = whole && placed(lanes, whole);
  const wanted = item.step ? steps.filter(({ key }) => key === item.key) : steps;
  return (
    <g class="tl-ties">
      {from &&
        wanted.map((step) => {
          const to = placed(lanes, step);
          if (!to) return null;
          const down = to.y > from.y;
          const [y1, y2] = [from.y + (down ? barHeight : 0), to.y + (down ? 0 : barHeight)];
          return <path key={step.key} d={`M${to.mark.x + 1} ${y1}V${y2}`} />;
        })}
    </g>
  );
}
