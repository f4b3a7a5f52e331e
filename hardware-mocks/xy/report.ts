import type { Point } from "./planner.ts";

/** So many reports until an offset is told again; `config.h`. */
const refresh = { wco: { idle: 10, busy: 30 }, overrides: { idle: 10, busy: 20 } };

export interface Told {
  readonly state: string;
  readonly position: Point;
  readonly offset: Point;
  /** mm/min */
  readonly rate: number;
  readonly room: number;
  readonly free: number;
  /** The pins that are active, such as `X`. */
  readonly pins: string;
  /** Setting 10. */
  readonly mask: number;
  /** Setting 13. */
  readonly inches: boolean;
}

const shown = (value: number, inches: boolean) => (inches ? value / 25.4 : value || 0).toFixed(inches ? 4 : 3);

/** Writes the real-time status report; `report.c`. The work offset and the overrides come in some of them only. */
export class Reporter {
  #untilOffset = 0;
  #untilOverrides = 0;

  reset(): void {
    this.#untilOffset = 0;
    this.#untilOverrides = 0;
  }

  write({ state, position, offset, rate, room, free, pins, mask, inches }: Told): string {
    const coordinates = (point: readonly number[]) => point.map((value) => shown(value, inches)).join(",");
    const resting = state === "Idle" || state === "Alarm";
    const work = position.map((value, axis) => value - (offset[axis] ?? 0));
    const fields = [state, mask & 1 ? `MPos:${coordinates(position)}` : `WPos:${coordinates(work)}`];
    if (mask & 2) fields.push(`Bf:${room},${free}`);
    fields.push(`FS:${Math.round(rate)},0`);
    if (pins) fields.push(`Pn:${pins}`);
    if (this.#untilOffset-- <= 0) {
      this.#untilOffset = (resting ? refresh.wco.idle : refresh.wco.busy) - 1;
      fields.push(`WCO:${coordinates(offset)}`);
    } else if (this.#untilOverrides-- <= 0) {
      this.#untilOverrides = (resting ? refresh.overrides.idle : refresh.overrides.busy) - 1;
      fields.push("Ov:100,100,100");
    }
    return `<${fields.join("|")}>`;
  }
}
