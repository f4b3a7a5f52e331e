import type UPlot from "uplot";
import { numberTick, timeSteps, valueRange } from "./axis.ts";
import { gapsOf } from "./gaps.ts";
import type { Drawn } from "./series.ts";

export interface ChartOptions {
  /** Its `color` is that of the axes, its `border-color` that of the grid, its `background-color` that of gaps. */
  readonly host: HTMLElement;
  /** Its `color` is that of the line. */
  readonly swatch: HTMLElement;
  readonly unit: string;
  /** A value holds until the next one: stairs, and no slopes. */
  readonly held: boolean;
  /** What stands at a tick of the time, ticks being so far apart; ms. */
  readonly tick: (at: number, stepMs: number) => string;
  /** Somebody points at a time, or at none. */
  readonly onPoint: (at: number | undefined) => void;
  /** Somebody has drawn over a span of time, to see it larger. */
  readonly onSelect?: ((from: number, to: number) => void) | undefined;
}

const height = 190;
/** All the same, so that those under one another have the same times under one another. */
const axisWidth = 62;
const labelWidth = 20;

/** A picture of one line over time, by uPlot, which is loaded with the first of them. */
export class Chart {
  readonly #plot: UPlot;
  readonly #host: HTMLElement;
  #from = 0;
  #to = 1;
  #gaps: readonly (readonly [from: number, to: number])[] = [];

  private constructor(make: typeof UPlot, options: ChartOptions) {
    const { host, swatch, unit, held, tick, onPoint, onSelect } = options;
    this.#host = host;
    const soft = () => getComputedStyle(host).color;
    const grid = { stroke: () => getComputedStyle(host).borderTopColor, width: 1 };
    const axis = { stroke: soft, grid, ticks: { ...grid, size: 4 }, border: { show: true, ...grid }, gap: 4 };
    const font = "12px system-ui, sans-serif";
    this.#plot = new make(
      {
        ...{ width: Math.max(host.clientWidth, 100), height, ms: 1, padding: [8, 8, 0, 0] },
        legend: { show: false },
        scales: {
          x: { time: true, range: () => [this.#from, this.#to] },
          y: { range: (_, lowest, highest) => valueRange(lowest, highest) },
        },
        axes: [
          {
            ...{ ...axis, font, size: 26, space: 78, incrs: [...timeSteps] },
            values: (_, splits, __, ___, step) => splits.map((at) => tick(at, step)),
          },
          {
            ...{
              ...axis,
              font,
              size: axisWidth,
              space: 32,
              label: unit || " ",
              labelSize: labelWidth,
              labelFont: font,
            },
            values: (_, splits, __, ___, step) => splits.map((value) => numberTick(value, step)),
          },
        ],
        series: [
          {},
          {
            stroke: () => getComputedStyle(swatch).color,
            width: 2,
            ...(held && make.paths.stepped && { paths: make.paths.stepped({ align: 1, alignGaps: 1 }) }),
            points: { size: 5, show: true, filter: (_, __, ___, gaps) => alone(this.#plot, gaps) },
          },
        ],
        cursor: {
          ...{ y: false, points: { show: false } },
          drag: { x: onSelect !== undefined, y: false, setScale: false },
        },
        hooks: {
          drawClear: [() => this.#shade()],
          setCursor: [
            ({ cursor: { left = -1, event } }) => {
              // Only what a pointer does; what is set from elsewhere came from elsewhere.
              if (event) onPoint(left < 0 ? undefined : this.#plot.posToVal(left, "x"));
            },
          ],
          setSelect: [
            ({ select: { left, width } }) => {
              if (width < 5) return;
              onSelect?.(this.#plot.posToVal(left, "x"), this.#plot.posToVal(left + width, "x"));
              this.#plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      [
        [0, 1],
        [null, null],
      ],
      host,
    );
  }

  static async make(options: ChartOptions): Promise<Chart> {
    return new Chart((await import("uplot")).default, options);
  }

  /** Of the width of what it stands in; a picture as wide as before stays. */
  fit(): void {
    const width = Math.max(this.#host.clientWidth, 100);
    if (width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  /** So many dots lie between two times. */
  get dots(): number {
    return Math.max(50, Math.round(this.#plot.over.clientWidth));
  }

  draw({ times, values }: Drawn, from: number, to: number): void {
    [this.#from, this.#to] = [from, to];
    this.#gaps = gapsOf({ times, values }, to);
    // Without any data there would be no axes.
    this.#plot.setData(
      times.length > 0
        ? [times, values]
        : [
            [from, to],
            [null, null],
          ],
    );
  }

  /** A line at that time, or none. */
  point(at: number | undefined): void {
    const left = at === undefined || at < this.#from || at > this.#to ? -10 : this.#plot.valToPos(at, "x");
    if (left !== this.#plot.cursor.left) this.#plot.setCursor({ left, top: left < 0 ? -10 : 10 }, false);
  }

  /** Colours are read anew. */
  repaint(): void {
    this.#plot.redraw(false, true);
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #shade(): void {
    const { ctx, bbox } = this.#plot;
    ctx.save();
    ctx.fillStyle = getComputedStyle(this.#host).backgroundColor;
    for (const [from, to] of this.#gaps) {
      const x = (at: number) =>
        Math.min(Math.max(this.#plot.valToPos(at, "x", true), bbox.left), bbox.left + bbox.width);
      ctx.fillRect(x(from), bbox.top, x(to) - x(from), bbox.height);
    }
    ctx.restore();
  }
}

/** Readings between two gaps, or the only one, are dots: no line goes through them. */
function alone(plot: UPlot, _gaps: unknown): number[] {
  const [times, values = []] = plot.data;
  const found: number[] = [];
  for (let i = 0; i < (times?.length ?? 0); i++)
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) found.push(i);
  return found;
}
