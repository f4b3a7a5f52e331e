import { expect, test } from "vitest";
import pump from "../../drivers/syringe-pump.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Traffic } from "../../src/gateway/traffic.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { Recorder } from "../../src/transport/recorder.ts";

const clock = new DiscreteClock();
const traffic = new Traffic({ clock, timeScale: 1 });
const told = (recorder: Recorder, after?: number, limit = 1000) => {
  const { lines, ...page } = traffic.of({ recorder }, { after, limit });
  return { lines: lines.map(({ seq, direction, text }) => `${seq} ${direction} ${text}`), ...page };
};

/** What went over a wire, `>` to the device; a number is so many ms of silence. */
async function recorded(pieces: readonly (string | number)[], recorder = new Recorder(clock)) {
  for (const piece of pieces) {
    if (typeof piece === "number") await clock.advance(piece);
    else if (piece.startsWith(">")) recorder.sent(Buffer.from(piece.slice(1), "latin1"));
    else recorder.received(Buffer.from(piece.slice(1), "latin1"));
  }
  return recorder;
}

test("what a device says in pieces is a line, up to its end or to a silence; what is sent is as it was sent", async () => {
  const recorder = await recorded([">RUN\r", ">VOL\r", "<00", "<S\r", "<\n", "<\x02\xff", 60, "<late\\", "<\n"]);
  expect(told(recorder)).toEqual({
    lines: [
      "1 sent RUN\\r",
      "2 sent VOL\\r",
      "5 received 00S\\r\\n",
      "6 received \\x02\\xff",
      "8 received late\\\\\\n",
    ],
    next: 8,
    dropped: 0,
  });
});

test("a device that never ends a line fills some, and a long message is cut", async () => {
  const recorder = await recorded([...new Array(300).fill("<abcd"), `>${"x".repeat(5000)}`]);
  const { lines } = traffic.of({ recorder }, { after: undefined, limit: 1000 });
  expect(lines.map(({ text }) => text.length)).toEqual([512, 512, 176, 4096 + "… (5000 bytes)".length]);
});

test("somebody who goes on by `next` misses nothing and has nothing twice, and is told how much has gone", async () => {
  const recorder = await recorded([">1", ">2", ">3", ">4", ">5"], new Recorder(clock, { maxEntries: 4 }));
  expect(told(recorder, undefined, 2)).toEqual({ lines: ["4 sent 4", "5 sent 5"], next: 5, dropped: 0 });
  expect(told(recorder, 2, 2)).toEqual({ lines: ["3 sent 3", "4 sent 4"], next: 4, dropped: 0 });
  expect(told(recorder, 4)).toEqual({ lines: ["5 sent 5"], next: 5, dropped: 0 });
  expect(told(recorder, 5)).toEqual({ lines: [], next: 5, dropped: 0 });
  expect(told(recorder, 0)).toMatchObject({ lines: { length: 4 }, dropped: 1 });
  // Of another life of benchd.
  expect(told(recorder, 900)).toMatchObject({ lines: { length: 4 }, next: 5, dropped: 0 });
  expect(told(await recorded([]))).toEqual({ lines: [], next: 0, dropped: 0 });
});

test("secrets are left out, and times are of the wall clock", async () => {
  const recorder = await recorded([`>token=abcdefgh http://ada:secret@lab/`, 40]);
  const { lines } = new Traffic({ clock, timeScale: 20 }).of({ recorder }, { after: undefined, limit: 10 });
  expect(lines[0]?.text).toBe("token=[redacted] http://ada:[redacted]@lab/");
  expect(Date.now() - (lines[0]?.at ?? 0)).toBeGreaterThanOrEqual(2);
  expect(Date.now() - (lines[0]?.at ?? 0)).toBeLessThan(60_000);
});

test("on a bus each Thing has what was said to it, and what it said", async () => {
  const config = { diameter: 26.59, syringeVolume: 60 };
  const on = (address: number) => ({ definition: pump, twin: pumpTwin, bus: "rs485", config: { ...config, address } });
  const bench = await openBench({ left: on(0), right: on(1) });
  await bench.write("right", "rate", 7);
  const texts = (name: "left" | "right") =>
    bench.gateway.traffic.of(bench.thing(name), { after: undefined, limit: 1000 }).lines.map(({ text }) => text);
  expect(texts("right").some((text) => text.includes("RAT7"))).toBe(true);
  expect(texts("left").length).toBeGreaterThan(2);
  expect(texts("left").some((text) => text.includes("RAT7"))).toBe(false);
  await bench.close();
});
