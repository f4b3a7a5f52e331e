import { batch } from "@preact/signals";
import type { Item } from "../../timeline/lane.ts";
import { panned, showing, type Viewport, windowOf, zoomed } from "../../timeline/viewport.ts";
import { type Step, walked } from "../../timeline/walk.ts";
import type { Looking } from "./looking.ts";

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

/** What keys do in the picture; others are left to the page. */
export function keyed(event: KeyboardEvent, looking: Looking): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { view, selected } = looking;
  const edge = looking.edge();
  const step = steps[event.key];
  const at = selected.peek()?.startedAt ?? selected.peek()?.requestedAt;
  if (step) walk(looking, step);
  else if (event.key === "+" || event.key === "=") view.value = zoomed(view.peek(), -1, edge, at);
  else if (event.key === "-") view.value = zoomed(view.peek(), 1, edge, at);
  else if (event.key === "PageUp") view.value = panned(view.peek(), -view.peek().spanMs / 2, edge);
  else if (event.key === "PageDown") view.value = panned(view.peek(), view.peek().spanMs / 2, edge);
  else if (event.key === "l" || event.key === "L") view.value = { ...view.peek(), until: null };
  else if (event.key === "Enter" || event.key === " ") toggle(looking);
  else if (event.key === "Escape") selected.value = undefined;
  else return;
  event.preventDefault();
}

function walk(looking: Looking, step: Step): void {
  const { source, things, view } = looking;
  const edge = looking.edge();
  const lanes = things.peek().map((thing) => ({ thing, lane: source.model.lane(thing) }));
  const { to } = windowOf(view.peek(), edge);
  const next = walked(lanes, current(looking), step, Math.min(to, edge));
  if (next) select(looking, next);
}

/** As it is by now. */
function current({ selected, source }: Looking): Item | undefined {
  const item = selected.peek();
  return item && source.model.item(item);
}

/** Look at one closely, and let it be seen. */
export function select({ selected, view, edge }: Pick<Looking, "selected" | "view" | "edge">, item: Item): void {
  batch(() => {
    selected.value = item;
    const now = edge();
    const { from, to } = windowOf(view.peek(), now);
    const end = item.endedAt ?? now;
    if (item.requestedAt > to || end < from) view.value = showing(view.peek(), item.startedAt ?? item.requestedAt, now);
  });
}

/** Let the steps of what is selected be seen as rows, or not any more. */
export function toggle({ selected, open }: Looking): void {
  const bar = selected.peek()?.bar;
  if (!bar || bar.steps.length === 0) return;
  const all = new Set(open.peek());
  if (!all.delete(bar.id)) all.add(bar.id);
  open.value = new Set([...all].slice(-10));
}

/** Drags the picture along, zooms by the wheel with Ctrl, and selects what is pressed. Returns how to end that. */
export function pointed(svg: SVGSVGElement, looking: Looking, width: () => number): () => void {
  const { view, edge } = looking;
  const listening = new AbortController();
  const { signal } = listening;
  let drag: { readonly x: number; readonly view: Viewport; moved: boolean } | undefined;
  const perPx = () => view.peek().spanMs / Math.max(1, width());
  svg.addEventListener(
    "wheel",
    (event) => {
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.ctrlKey) {
        const at = windowOf(view.peek(), edge()).from + (event.clientX - svg.getBoundingClientRect().left) * perPx();
        const by = event.deltaY > 0 ? 1 : -1;
        view.value = zoomed(view.peek(), by, edge(), view.peek().until === null && by > 0 ? undefined : at);
      } else if (sideways !== 0) view.value = panned(view.peek(), sideways * perPx(), edge());
      else return;
      event.preventDefault();
    },
    { passive: false, signal },
  );
  svg.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button === 0) drag = { x: event.clientX, view: view.peek(), moved: false };
    },
    { signal },
  );
  svg.addEventListener(
    "pointermove",
    (event) => {
      if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < 4)) return;
      if (!drag.moved) svg.setPointerCapture(event.pointerId);
      drag.moved = true;
      view.value = panned(drag.view, (drag.x - event.clientX) * perPx(), edge());
    },
    { signal },
  );
  const drop = () => {
    drag = undefined;
  };
  svg.addEventListener("pointercancel", drop, { signal });
  svg.addEventListener(
    "pointerup",
    (event) => {
      const moved = drag?.moved;
      drop();
      if (!moved) press(event.target, looking);
    },
    { signal },
  );
  return () => listening.abort();
}

function press(target: EventTarget | null, looking: Looking): void {
  const key = target instanceof Element ? target.closest("[data-key]")?.getAttribute("data-key") : undefined;
  const item = key ? looking.source.model.itemAt(key) : undefined;
  if (!item) return;
  // Once more on the same: its steps.
  if (looking.selected.peek()?.key === item.key) toggle(looking);
  looking.selected.value = item;
}
