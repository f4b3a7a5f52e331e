import type { Clock, Timer } from "../clock.ts";
import type { InMessage, Link } from "./link.ts";

interface Parts {
  readonly link: Link;
  readonly clock: Clock;
  /** Of all that the broker may have kept. */
  readonly filters: readonly string[];
  /** Whether there is something to be kept at a topic. */
  has(topic: string): boolean;
  clear(topic: string): void;
}

/** A broker sends what it has kept at once. */
const listenMs = 5000;
/** So many are cleared on one connection. */
const maxCleared = 10_000;

/**
 * After each connection, have the broker forget what an earlier run of this gateway, with other Things, has told it.
 * Returns how to stop.
 */
export function clearLeftBehind({ link, clock, filters, has, clear }: Parts): () => void {
  let heard: (() => void)[] = [];
  let timer: Timer | undefined;
  const stop = () => {
    timer?.cancel();
    for (const leave of heard) leave();
    heard = [];
  };
  const leave = link.onConnected(() => {
    stop();
    let cleared = 0;
    const judge = ({ topic, payload, retain }: InMessage) => {
      if (!retain || cleared >= maxCleared) return;
      // Who had this name before, and clears it away, may have been too late to see that it is taken.
      if ((payload.length === 0) !== has(topic)) return;
      cleared++;
      clear(topic);
    };
    // What this gateway tells now need not come back.
    heard = filters.map((filter) => link.subscribe(filter, judge, { qos: 0, noLocal: true }));
    timer = clock.after(listenMs, stop);
  });
  return () => {
    leave();
    stop();
  };
}
