import { beforeEach, describe, expect, it, test } from "vitest";
import { readStartBy } from "../../src/start-by.ts";
import { doser, openDoser, replayed } from "./doser.ts";

const noon = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(noon + seconds * 1000).toISOString();
const async = "respond-async";

/** The doser's gateway, whose wall clock is in the test's hands. */
async function opened() {
  const time = { wall: noon, trusted: true };
  const told = { wallClock: () => time.wall, clockTrusted: () => time.trusted };
  const bench = await openDoser(doser(), undefined, told);
  return {
    ...bench,
    time,
    /** Both clocks go on, as they do by themselves. */
    async pass(ms: number) {
      time.wall += ms;
      await bench.processClock.advance(ms);
    },
    status: async (id: string) => (await bench.app.inject({ url: `/action_invocations/${id}` })).json(),
  };
}

let bench: Awaited<ReturnType<typeof opened>>;
beforeEach(async () => {
  bench = await opened();
});

const views = [
  ["LabThings", "/doser/dose"],
  ["the Web of Things", "/things/doser/actions/dose"],
] as const;

describe.each(views)("Start-By, asked as in %s", (_, path) => {
  const post = (startBy: string, key?: string) =>
    bench.send("POST", path, { mL: 5 }, { startBy, ...(key !== undefined && { key }) });

  it("lets begin what still may", async () => {
    expect((await post(at(60))).statusCode).toBe(201);
    expect(bench.device.done).toEqual([5]);
  });

  it("is refused once it is over; nothing is done, and its key stays free", async () => {
    const refused = await post(at(-1), "a");
    expect([refused.statusCode, refused.json().type]).toEqual([412, "urn:benchd:error:BENCHD_START_BY_OVER"]);
    expect(refused.json().detail).toContain("1 s ago");
    expect(bench.device.done).toEqual([]);
    const again = await post(at(1), "a");
    expect([again.statusCode, replayed(again)]).toEqual([201, false]);
  });

  it("is refused where it is no time with a zone", async () => {
    const other = ["noon", "2026-11-20T12:00:01", "2026-02-30T12:00:00Z", "Sat, 21 Nov 2026 12:00:00 GMT", ""];
    for (const text of [...other, `${at(1)}, ${at(1)}`]) {
      const refused = await post(text);
      expect([refused.statusCode, refused.json().type]).toEqual([400, "urn:benchd:error:BENCHD_START_BY_MALFORMED"]);
    }
    expect(bench.device.done).toEqual([]);
  });

  it("is refused while nobody knows what time it is, and told so", async () => {
    bench.time.trusted = false;
    const refused = await post(at(3600), "a");
    expect([refused.statusCode, refused.json().type]).toEqual([503, "urn:benchd:error:BENCHD_CLOCK_UNTRUSTED"]);
    expect(refused.headers["retry-after"]).toBe("2");
    expect(bench.device.done).toEqual([]);
    bench.time.trusted = true;
    expect(replayed(await post(at(3600), "a"))).toBe(false);
  });

  it("of what was accepted before under its key is no reason to refuse: what became of it is told", async () => {
    await post(at(60), "a");
    bench.time.wall += 3_600_000;
    bench.time.trusted = false;
    const again = await post(at(60), "a");
    expect([again.statusCode, replayed(again)]).toEqual([201, true]);
    expect(bench.device.done).toEqual([5]);
  });
});

describe("what waits for its turn", () => {
  const waiting = async (startBy: string) => {
    await bench.invoke("slow", { mL: 1 }, { prefer: async });
    return (await bench.invoke("dose", { mL: 5 }, { prefer: async, startBy })).json().id as string;
  };

  it("is dropped as too late when its time is over, and does not begin when its turn comes", async () => {
    const id = await waiting(at(60));
    await bench.pass(59_000);
    expect((await bench.status(id)).status).toBe("pending");
    await bench.pass(1000);
    expect(await bench.status(id)).toMatchObject({ status: "error", reason: "deadline" });
    await bench.clock.advance(1000);
    expect(bench.device.done).toEqual([1]);
  });

  it("is not revived by a wall clock that is turned back", async () => {
    const id = await waiting(at(60));
    bench.time.wall -= 3_600_000;
    await bench.processClock.advance(60_000);
    expect((await bench.status(id)).status).toBe("error");
  });

  it("begins in time, whatever is said of later", async () => {
    const id = await waiting(at(60));
    await bench.clock.advance(1000);
    await bench.pass(3_600_000);
    expect(bench.device.done).toEqual([1, 5]);
    expect(await bench.gateway.invocations.find(id, "history")).toMatchObject({ status: "completed" });
  });
});

test("neither stop nor the emergency stop looks at it", async () => {
  bench.time.trusted = false;
  const stops = await bench.send("POST", "/doser/stop", undefined, { startBy: at(-60) });
  const all = await bench.send("POST", "/emergency_stop", undefined, { startBy: "now" });
  expect([stops.statusCode, all.statusCode]).toEqual([201, 200]);
});

test("a time is read to the millisecond, with any offset, and is one of a calendar", () => {
  expect(readStartBy("2026-11-20T13:00:00.25+01:00")).toBe(noon + 250);
  expect(readStartBy("2024-02-29t12:00:00z")).toBe(Date.UTC(2024, 1, 29, 12));
  for (const none of ["2026-02-29T12:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T12:00:60Z", "2026-11-20"])
    expect(() => readStartBy(none)).toThrow("with its zone");
});
