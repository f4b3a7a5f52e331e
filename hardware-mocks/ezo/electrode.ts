/** An electrode that is not new: how far its voltage is from an ideal one's, in pH, and its slope. */
const offset = 0.06;
const ideal = 0.985;
const kelvin = 273.15;

export type Point = "mid" | "low" | "high";
interface Known {
  readonly raw: number;
  readonly ph: number;
}

/** A pH electrode on a circuit that can be calibrated at up to three points; data sheet, "Calibration". */
export class Electrode {
  readonly #points = new Map<Point, Known>();
  /** The temperature that the circuit believes in, °C. */
  believed = 25;
  /** The temperature of the sample, °C. */
  temperature = 25;

  get count(): number {
    return this.#points.size;
  }

  clear(): void {
    this.#points.clear();
  }

  /** The middle point clears the others. */
  calibrate(point: Point, truth: number, ph: number): boolean {
    if (point === "mid") this.clear();
    else if (!this.#points.has("mid")) return false;
    this.#points.set(point, { raw: this.#raw(truth), ph });
    return true;
  }

  /** What is shown when the sample has the pH `truth`. */
  shown(truth: number): number {
    const raw = this.#raw(truth);
    const mid = this.#points.get("mid") ?? { raw: 7, ph: 7 };
    const other = this.#points.get(raw < mid.raw ? "low" : "high");
    // Assumed: two points at one voltage, or for one pH, are taken, and tell no slope.
    const slope = other && other.raw !== mid.raw ? (other.ph - mid.ph) / (other.raw - mid.raw) : 1;
    return Math.min(14, Math.max(0, mid.ph + (raw - mid.raw) * slope));
  }

  /** What `Slope,?` tells: percent of an ideal electrode on either side, and mV at pH 7. */
  get slope(): string {
    const mid = this.#points.get("mid");
    const side = (point: Point) => {
      const other = this.#points.get(point);
      return other && mid && other.ph !== mid.ph ? (100 * (other.raw - mid.raw)) / (other.ph - mid.ph) : 100;
    };
    const millivolts = mid ? (mid.raw - mid.ph) * -59.16 : 0;
    return [side("low").toFixed(1), side("high").toFixed(1), millivolts.toFixed(2)].join();
  }

  /** The pH that an ideal electrode would show with its voltage, at the temperature believed in. */
  #raw(truth: number): number {
    return 7 + offset + ((truth - 7) * ideal * (this.temperature + kelvin)) / (this.believed + kelvin);
  }
}
