import type { Clock, TwinContext } from "benchd/testing";
import { between, type Chance } from "./chance.ts";

type Gpio = NonNullable<TwinContext["gpio"]>;
type Wiring = Gpio["wiring"][string];

/** A contact bounces this long; ms. */
const bounceMs = { low: 5, high: 20 };

/**
 * A mechanical contact between a pin and what makes it active: ground where the pin is active low, the supply
 * elsewhere. Open, it leaves the pin to its pull.
 */
export function contact({ chip }: Gpio, wiring: Wiring, clock: Clock, random: Chance, closedAtFirst = false) {
  const active = !wiring.activeLow;
  let closed = closedAtFirst;
  /** Counts changes: the bounces of an earlier one are over. */
  let change = 0;
  const touch = (on: boolean) => chip.drive(wiring.line, on ? active : undefined);
  /** Open and close, from `level` on, until it comes to rest where it should be. */
  const bounce = (level: boolean, ms: number) => {
    const mine = ++change;
    for (let at = between(random, 0.3, 2), now = !level; at < ms; at += between(random, 0.3, 2), now = !now) {
      const bounced = now;
      clock.after(at, () => mine === change && touch(bounced));
    }
    clock.after(ms, () => mine === change && touch(closed));
  };
  touch(closed);

  return {
    get closed() {
      return closed;
    },
    /** Close or open it, with bounces. */
    set(on: boolean): void {
      if (on === closed) return;
      closed = on;
      const ms = between(random, bounceMs.low, bounceMs.high);
      touch(on);
      bounce(on, ms);
    },
    /** Bounce for so long without being moved. */
    chatter: (ms: number) => bounce(closed, ms),
  };
}
