import type { Clock, Timer } from "../clock.ts";
import type { Edge } from "./gpio.ts";

/** An input's level without the bounce of its contact. */
export interface Debounced {
  readonly level: boolean;
  /** The contact has this level now. */
  changed(level: boolean): void;
  watch(changed: (edge: Edge) => void): void;
  stop(): void;
}

/** A change counts once it has lasted. */
export function debounced(clock: Clock, ms: number, initial: boolean): Debounced {
  let level = initial;
  let tell = (_: Edge) => {};
  let timer: Timer | undefined;
  const settle = (contact: boolean) => {
    level = contact;
    tell({ rising: level, at: clock.now() });
  };
  return {
    get level() {
      return level;
    },
    changed(contact) {
      timer?.cancel();
      if (contact === level) return;
      if (ms > 0) timer = clock.after(ms, () => settle(contact));
      else settle(contact);
    },
    watch(changed) {
      tell = changed;
    },
    stop() {
      timer?.cancel();
      tell = () => {};
    },
  };
}
