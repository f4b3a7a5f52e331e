/** A stream of numbers from 0 to 1 that only its seed decides, so that every run of a test is the same. */
export type Chance = () => number;

/** Each name has a stream of its own: who looks more often at the balance does not change the drops. */
export function chance(seed: number, name: string): Chance {
  let state = seed | 0;
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const between = (random: Chance, low: number, high: number): number => low + (high - low) * random();
