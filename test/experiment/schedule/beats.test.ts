import { describe, expect, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { AtTimes } from "../../../src/experiment/schedule/at-times.ts";
import { parseCron } from "../../../src/experiment/schedule/cron.ts";
import { Every } from "../../../src/experiment/schedule/every.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The process clock, and a wall clock that goes with it until somebody sets it. */
function atTimes(pattern: string, from: string, timeZone = "UTC") {
  const clock = new DiscreteClock();
  let offset = Date.parse(from) - clock.now();
  let trusted = true;
  const wallClock = () => clock.now() + offset;
  const beat = new AtTimes({ times: parseCron(pattern, timeZone), clock, wallClock, trusted: () => trusted });
  const come: string[] = [];
  beat.begin(({ missed }) => {
    come.push(new Date(wallClock()).toISOString().slice(0, 16) + (missed === undefined ? "" : ` ${missed}`));
  });
  return {
    ...{ clock, beat, come },
    set: (to: string) => {
      offset = Date.parse(to) - clock.now();
    },
    trust: (it: boolean) => {
      trusted = it;
    },
  };
}

describe("at times of the wall clock", () => {
  test("each comes once, and none that was before the beginning", async () => {
    const { clock, come, beat } = atTimes("30 6 * * 1-5", "2026-11-20T06:30:00Z");
    await clock.advance(4 * day);
    expect(come).toEqual(["2026-11-23T06:30", "2026-11-24T06:30"]);
    expect(beat.nextInMs()).toBe(day);
    beat.end();
    await clock.advance(2 * day);
    expect(come).toHaveLength(2);
  });

  test("half past two comes once a day in every time zone, also when the clocks skip it or go through it twice", async () => {
    const spring = atTimes("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin");
    await spring.clock.advance(2 * day);
    expect(spring.come).toEqual(["2026-03-29T01:00", "2026-03-30T00:30"]);
    const autumn = atTimes("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin");
    await autumn.clock.advance(2 * day);
    expect(autumn.come).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  test("what comes every half hour goes on through the hour that there is twice", async () => {
    const { clock, come } = atTimes("*/30 * * * *", "2026-10-24T23:45:00Z", "Europe/Berlin");
    await clock.advance(2 * hour);
    expect(come.map((at) => at.slice(11))).toEqual(["00:00", "00:30", "01:00", "01:30"]);
  });

  test("a clock that is put forward over a time has left that out, and says so once", async () => {
    const { clock, come, set } = atTimes("0 * * * *", "2026-11-20T00:30:00Z");
    set("2026-11-20T09:20:00Z");
    await clock.advance(hour);
    expect(come).toEqual([
      expect.stringMatching(/^2026-11-20T09:20 it was noticed 8 h 20 min late: the clock was set/),
      "2026-11-20T10:00",
    ]);
  });

  test("a few seconds forward leave nothing out", async () => {
    const { clock, come, set } = atTimes("0 * * * *", "2026-11-20T00:59:40Z");
    set("2026-11-20T01:00:10Z");
    await clock.advance(minute);
    expect(come).toEqual(["2026-11-20T01:00"]);
  });

  test("a clock that is put back does the same time no second time", async () => {
    const { clock, come, set } = atTimes("0 * * * *", "2026-11-20T09:30:00Z");
    await clock.advance(31 * minute);
    set("2026-11-20T09:50:00Z");
    await clock.advance(2 * hour);
    expect(come.map((at) => at.slice(11))).toEqual(["10:00", "11:00"]);
  });

  test("a clock that was years ahead, and is set right, goes by what is right", async () => {
    const { clock, come, set } = atTimes("0 9 * * *", "2031-01-01T08:59:00Z");
    await clock.advance(2 * minute);
    set("2026-11-20T08:00:00Z");
    await clock.advance(2 * hour);
    expect(come).toEqual(["2031-01-01T09:00", "2026-11-20T09:00"]);
  });

  test("nothing comes by a clock that nobody trusts, and nothing is made up for when it is right", async () => {
    const { clock, come, beat, trust } = atTimes("0 * * * *", "2026-11-20T00:30:00Z");
    trust(false);
    await clock.advance(30 * minute);
    expect(come).toEqual([]);
    expect(beat).toMatchObject({ waitsFor: "clock" });
    expect(beat.nextInMs()).toBeUndefined();
    await clock.advance(5 * hour + 10 * minute);
    trust(true);
    await clock.advance(hour);
    expect(come).toEqual(["2026-11-20T07:00"]);
    expect(beat.waitsFor).toBeUndefined();
  });

  test("a clock that is lost at the very time leaves it out, and says why", async () => {
    const { clock, come, trust } = atTimes("0 * * * *", "2026-11-20T00:59:50Z");
    await clock.advance(5000);
    trust(false);
    await clock.advance(minute);
    expect(come).toEqual(["2026-11-20T01:00 nobody knows whether the clock of this machine is right"]);
  });
});

describe("every so often", () => {
  test("it keeps its pace from the beginning on, and begins nothing at once", async () => {
    const clock = new DiscreteClock();
    const beat = new Every({ everyMs: 90_000, clock });
    const come: unknown[] = [];
    beat.begin(({ missed }) => come.push([clock.now(), missed]));
    await clock.advance(89_999);
    expect(come).toEqual([]);
    await clock.advance(91_000);
    expect(come).toEqual([
      [90_000, undefined],
      [180_000, undefined],
    ]);
    expect(beat.nextInMs()).toBe(270_000 - 180_999);
    beat.end();
    await clock.advance(day);
    expect(come).toHaveLength(2);
  });

  test("what was missed is left out, and told once; the next is in its place", async () => {
    const clock = new Late();
    const beat = new Every({ everyMs: 10_000, clock });
    const come: unknown[] = [];
    beat.begin(({ missed }) => come.push([clock.now(), missed]));
    clock.lateMs = 34_000;
    await clock.advance(10_000);
    clock.lateMs = 0;
    await clock.advance(20_000);
    expect(come).toEqual([
      [44_000, "it was noticed 34 s late"],
      [50_000, undefined],
      [60_000, undefined],
    ]);
  });
});

/** Time that passes while nothing gets its turn. */
class Late extends DiscreteClock {
  lateMs = 0;
  #lost = 0;

  override now(): number {
    return super.now() + this.#lost;
  }

  override after(ms: number, run: () => void) {
    return super.after(ms, () => {
      this.#lost += this.lateMs;
      run();
    });
  }
}
