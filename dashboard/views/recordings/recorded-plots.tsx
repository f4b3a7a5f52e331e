import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Bench } from "../../bench/bench.ts";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { unitText } from "../../parts/unit-text.ts";
import { elapsedTick } from "../../plot/axis.ts";
import { Plot, type TimeAxis } from "../../plot/plot.tsx";
import { rest } from "./rest.ts";
import { type Column, maxPlotted, Rows, readRows, titled } from "./rows.ts";
import type { Recording } from "./shapes.ts";

/** What grows is read anew so often at most, and rests for so many times as long as that has taken. */
const againMs = 4000;
const restFactor = 10;

interface Props {
  /** Of its rows as NDJSON. */
  readonly path: string;
  readonly recording: Recording;
}

interface Loaded {
  readonly rows: Rows;
  readonly whole: boolean;
  readonly failed: string;
}

/** What was recorded, under one another over the time since the start; also while it is still being loaded, and while it grows. */
export function RecordedPlots({ path, recording }: Props): JSX.Element {
  const bench = useBench();
  const loaded = useSignal<Loaded | undefined>(undefined);
  const going = recording.state === "recording";
  const wanted = useSignal(recording.rows);
  wanted.value = recording.rows;
  useEffect(() => keepLoaded(bench, path, { loaded, wanted, going }), [bench, path, going, loaded, wanted]);
  const zoom = useSignal<readonly [from: number, to: number] | undefined>(undefined);
  const cursor = useSignal<number | undefined>(undefined);
  const held = recording.everyMs === null;
  const axis = useMemo(() => recordedAxis({ loaded, zoom, cursor, held }), [held, loaded, zoom, cursor]);
  if (!loaded.value)
    return <p role="status">{recording.rows === 0 ? "There are no rows yet." : "Loading its rows…"}</p>;
  const { rows, whole, failed } = loaded.value;
  return (
    <section class="plots" aria-label="Plots of what was recorded">
      <div class="row">
        <h2>Plots</h2>
        <button type="button" onClick={() => scale(zoom, axis, 0.5)}>
          Closer
        </button>
        <button type="button" disabled={!zoom.value} onClick={() => scale(zoom, axis, 2)}>
          Further
        </button>
        <button
          type="button"
          disabled={!zoom.value}
          onClick={() => {
            zoom.value = undefined;
          }}
        >
          All of it
        </button>
        <span class="hint">Draw over a plot to see that part; the time is since the start.</span>
      </div>
      {failed && (
        <p role="alert" class="notice warn">
          Not all of it could be read: {failed}
        </p>
      )}
      {!whole && !failed && <p role="status">Loading its rows…</p>}
      {rows.more && (
        <p class="hint">The first {maxPlotted} columns of numbers are plotted: the file has all of them.</p>
      )}
      {whole && rows.columns.length === 0 && <p class="soft">There are no numbers in it.</p>}
      {ordered(rows, recording).map(({ name, unit, series }, n) => (
        <Plot key={name} title={name} label={name} unit={unitText(unit)} {...{ series, axis, colour: n }} />
      ))}
    </section>
  );
}

/** As they stand in the file, whichever had a value first. */
function ordered({ columns }: Rows, { columns: titles }: Recording): readonly Column[] {
  const place = new Map(titles.map((title, n) => [titled(title).name, n]));
  return columns.toSorted((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0));
}

interface Kept {
  readonly loaded: Signal<Loaded | undefined>;
  /** How many rows there are by now. */
  readonly wanted: Signal<number>;
  readonly going: boolean;
}

function keepLoaded(bench: Bench, path: string, { loaded, wanted, going }: Kept): () => void {
  const leaving = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let had = -1;
  const load = async () => {
    const begun = performance.now();
    if (wanted.peek() !== had && !document.hidden) {
      had = wanted.peek();
      await loadOnce(bench, path, loaded, leaving.signal);
    }
    const took = performance.now() - begun;
    if (going && !leaving.signal.aborted) timer = setTimeout(() => void load(), Math.max(againMs, restFactor * took));
  };
  void load();
  return () => {
    leaving.abort();
    clearTimeout(timer);
  };
}

/** The first time it is drawn as it comes; later on what there is stays until all is there. */
async function loadOnce(bench: Bench, path: string, loaded: Signal<Loaded | undefined>, signal: AbortSignal) {
  const rows = new Rows();
  const first = loaded.peek() === undefined;
  let shown = 0;
  const show = (whole: boolean, failed = "") => {
    shown = rows.columns.length;
    loaded.value = { rows, whole, failed };
  };
  try {
    const { body } = await bench.connection.open(path, { signal });
    if (!body) return;
    await readRows(body, {
      ...{ rows, now: () => performance.now() },
      rest() {
        if (first && rows.columns.length > shown) show(false);
        return rest();
      },
    });
    show(true);
  } catch (error) {
    if (!signal.aborted) show(false, refusalOf(error));
  }
}

interface Axis {
  readonly loaded: Signal<Loaded | undefined>;
  readonly zoom: Signal<readonly [from: number, to: number] | undefined>;
  readonly cursor: Signal<number | undefined>;
  readonly held: boolean;
}

const recordedAxis = ({ loaded, zoom, cursor, held }: Axis): TimeAxis => ({
  ...{ cursor, held, tick: elapsedTick },
  text: (at) => elapsedTick(at, 1),
  span: () => zoom.peek() ?? [0, Math.max(1000, loaded.peek()?.rows.ends ?? 0)],
  onSelect(from, to) {
    if (to - from >= 1) zoom.value = [Math.max(0, from), to];
  },
});

/** Around the cursor, or the middle. */
function scale(zoom: Axis["zoom"], { span, cursor }: TimeAxis, by: number): void {
  const before = zoom.peek();
  const [from, to] = span();
  zoom.value = undefined;
  const [least, most] = span();
  const width = (to - from) * by;
  if (width >= most - least || (before === undefined && by > 1)) return;
  const at = cursor.peek() ?? (from + to) / 2;
  const begin = Math.min(Math.max(at - width / 2, least), most - width);
  zoom.value = [begin, begin + Math.max(width, 1)];
}
