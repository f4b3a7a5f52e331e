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
  /** Its next bounce, or where it comes to rest. */
  let next: ReturnType<Clock["after"]> | undefined;
  const touch = (on: boolean) => chip.drive(wiring.line, on ? active : undefined);
  /** Open and close, from `level` on, until it comes to rest where it should be. */
  const bounce = (level: boolean, ms: number) => {
    const until = clock.now() + ms;
    let bounced = level;
    const goOn = () => {
      const left = until - clock.now();
      const inMs = between(random, 0.3, 2);
      const move = () => {
        bounced = !bounced;
        touch(bounced);
        goOn();
      };
      next = inMs < left ? clock.after(inMs, move) : clock.after(left, () => touch(closed));
    };
    // A change ends the bounces of the one before.
    next?.cancel();
    goOn();
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
