interface Moment {
  /** mm since the beginning. */
  readonly way: number;
  /** mm/s */
  readonly speed: number;
}

/** A way from rest to rest: faster, steady, slower. Times in ms since its beginning. */
export class Ramp {
  readonly durationMs: number;
  readonly #acceleration: number;
  readonly #moment: (seconds: number) => Moment;

  private constructor(seconds: number, acceleration: number, moment: (seconds: number) => Moment) {
    this.durationMs = seconds * 1000;
    this.#acceleration = acceleration;
    this.#moment = moment;
  }

  /** `length` in mm, `speed` in mm/s, `acceleration` in mm/s². */
  static over(length: number, speed: number, acceleration: number): Ramp {
    const peak = Math.min(speed, Math.sqrt(length * acceleration));
    const gaining = peak / acceleration;
    const seconds = length / peak + gaining;
    return new Ramp(seconds, acceleration, (at) => {
      const left = seconds - at;
      if (at < gaining) return { way: (acceleration * at ** 2) / 2, speed: acceleration * at };
      if (left < gaining) return { way: length - (acceleration * left ** 2) / 2, speed: acceleration * left };
      return { way: peak * (at - gaining / 2), speed: peak };
    });
  }

  at(ms: number): Moment {
    return this.#moment(Math.min(Math.max(0, ms), this.durationMs) / 1000);
  }

  /** The same way until `ms`, then to rest as quickly as it can. */
  stoppedAt(ms: number): Ramp {
    const { way, speed } = this.at(ms);
    const from = ms / 1000;
    return new Ramp(from + speed / this.#acceleration, this.#acceleration, (at) => {
      if (at <= from) return this.#moment(at);
      const since = at - from;
      return {
        way: way + speed * since - (this.#acceleration * since ** 2) / 2,
        speed: speed - this.#acceleration * since,
      };
    });
  }
}
