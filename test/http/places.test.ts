import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LaneFullError, NotReadyError } from "../../src/errors.ts";
import { Places } from "../../src/http/places.ts";

const full = "no place is left";

/** Takes places, and notes whose have been ended, by the order in which each has taken his. */
function stand(options: Partial<ConstructorParameters<typeof Places>[0]> = {}) {
  const places = new Places({ max: 4, full, ...options });
  const ended: string[] = [];
  const taken = new Map<string, number>();
  const take = (key: string, idleSince?: () => number | undefined) => {
    const number = taken.get(key) ?? 0;
    const leave = places.take(key, () => void ended.push(`${key}${number}`), idleSince);
    taken.set(key, number + 1);
    return leave;
  };
  return { places, ended, take };
}

describe("when all places are taken", () => {
  it("one alone has had all of them, and gets no more", () => {
    const { places, ended, take } = stand();
    for (let n = 0; n < 4; n++) take("a");
    expect(() => take("a")).toThrow(new LaneFullError(full));
    expect([places.size, ended]).toEqual([4, []]);
  });

  it("somebody who holds fewer gets the newest of whoever holds most, until that would be no fairer", () => {
    const { places, ended, take } = stand();
    for (let n = 0; n < 4; n++) take("a");
    take("b");
    take("b");
    expect(() => take("b")).toThrow(LaneFullError);
    expect(() => take("a")).toThrow(LaneFullError);
    take("c");
    expect([places.size, ended]).toEqual([4, ["a3", "a2", "a1"]]);
  });

  it("what has been idle for longest goes before what is new, and of one's own nothing else", () => {
    const { ended, take } = stand();
    for (const since of [undefined, 7, 3, undefined]) take("a", () => since);
    take("b");
    take("a", () => 9);
    expect(ended).toEqual(["a2", "a1"]);
  });

  it("those who hold one each give an idle one up, and none that is in use", () => {
    const { ended, take } = stand({ max: 2 });
    take("a");
    take("b", () => 1);
    expect(() => take("c")).toThrow(LaneFullError);
    const { ended: idle, take: takeIdle } = stand({ max: 2 });
    for (const key of ["a", "b", "c"]) takeIdle(key, () => 1);
    expect([ended, idle]).toEqual([[], ["a0"]]);
  });

  it("whoever has some reserved gets these, and no more", () => {
    const { places, ended, take } = stand({ reserved: { key: "local", count: 2 } });
    for (const key of ["a", "b", "c", "d", "local", "local"]) take(key);
    expect([places.size, ended]).toEqual([6, []]);
    expect(() => take("local")).toThrow(LaneFullError);
  });
});

it("a place that was left is free, however often that is told", () => {
  const { places, ended, take } = stand({ max: 1 });
  const leave = take("a");
  leave();
  leave();
  take("b");
  leave();
  expect([places.size, ended]).toEqual([1, []]);
  expect(() => take("a")).toThrow(LaneFullError);
});

it("all that one holds is ended together, and nothing of the others", () => {
  const { places, ended, take } = stand();
  for (const key of ["a", "b", "a"]) take(key);
  places.end("a");
  places.end("nobody");
  expect([places.size, ended]).toEqual([1, ["a0", "a1"]]);
});

it("what ends by being closed is not taken again", () => {
  const { places, ended, take } = stand();
  take("a");
  places.close();
  expect([places.size, ended]).toEqual([0, ["a0"]]);
  expect(() => take("b")).toThrow(NotReadyError);
});

const keys = ["a", "b", "c", "d", "e"] as const;
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("take" as const), key: fc.constantFrom(...keys) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const), key: fc.constantFrom(...keys) }) },
);

it("nobody who holds fewer than another, by more than one, is ever refused, and nobody loses to whoever holds more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 80 }), (max, steps) => {
      const places = new Places({ max, full });
      /** What is held, the oldest first. */
      let held: { readonly key: string; readonly leave: () => void }[] = [];
      const count = (key: string) => held.filter((one) => one.key === key).length;
      for (const one of steps) {
        if (one.kind === "end") {
          places.end(one.key);
          expect(count(one.key)).toBe(0);
        } else if (one.kind === "leave") {
          const [left] = held.splice(one.at % Math.max(1, held.length), 1);
          left?.leave();
        } else {
          const { key } = one;
          const [before, most] = [[...held], Math.max(...keys.map(count))];
          const own = count(key);
          const entry = { key, leave: () => {} };
          const end = () => {
            held = held.filter((other) => other !== entry);
          };
          const promised = places.hasRoom(key);
          let refused = false;
          try {
            entry.leave = places.take(key, end);
            held.push(entry);
          } catch {
            refused = true;
          }
          expect(promised).toBe(!refused);
          const lost = before.filter((other) => !held.includes(other));
          if (before.length < max) expect([refused, lost]).toEqual([false, []]);
          else if (own + 1 >= most) expect([refused, lost]).toEqual([true, []]);
          else {
            const loser = lost[0]?.key ?? "";
            expect([refused, lost.length, before.filter((other) => other.key === loser).length]).toEqual([
              false,
              1,
              most,
            ]);
            expect(before.findLast((other) => other.key === loser)).toBe(lost[0]);
          }
        }
        expect(places.size).toBe(held.length);
        expect(places.size).toBeLessThanOrEqual(max);
      }
    }),
  );
});
