import { InputError } from "benchd/driver";

export const axes = ["x", "y", "z"] as const;
export type Axis = (typeof axes)[number];
/** A whole number of steps for each axis. */
export type Steps = Readonly<Record<Axis, number>>;

export const origin: Steps = { x: 0, y: 0, z: 0 };

export const each = (of: (axis: Axis) => number): Steps => ({ x: of("x"), y: of("y"), z: of("z") });

/** The axes among the keys of an input. */
export const axesIn = (input: object): Partial<Steps> =>
  Object.fromEntries(Object.entries(input).filter(([key]) => axes.includes(key as Axis)));

/** From the frame of the program to that of the motors, and back. */
export const turned = (steps: Steps, inverted: Readonly<Record<Axis, boolean>>): Steps =>
  each((axis) => (inverted[axis] ? 0 - steps[axis] : steps[axis]));

export const longest = (way: Steps): number => Math.max(...axes.map((axis) => Math.abs(way[axis])));

/** Throws `InputError` when `target` is farther from zero than `travel`, either way. */
export function within(target: Steps, travel: Steps): Steps {
  for (const axis of axes) {
    if (Math.abs(target[axis]) > travel[axis])
      throw new InputError(`${axis} would be ${target[axis]}, but its travel ends at ±${travel[axis]} steps`);
  }
  return target;
}

/** A way in pieces whose longest axis goes at most `length` steps: together they are the way, and about as straight. */
export function pieces(way: Steps, length: number): readonly Steps[] {
  const count = Math.ceil(longest(way) / length);
  const reached = (piece: number) => each((axis) => Math.round((way[axis] * piece) / count));
  return Array.from({ length: count }, (_, piece) =>
    each((axis) => reached(piece + 1)[axis] - reached(piece)[axis] || 0),
  );
}
