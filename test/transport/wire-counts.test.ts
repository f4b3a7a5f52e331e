import { expect, test } from "vitest";
import type { WireCounts } from "../../src/transport/wire-counts.ts";
import { dialogue, outcome, say, silent } from "./dialogue.ts";

const resync = { probe: "VER", accepts: (reply: string) => reply === "VER 1", quietMs: 10 };
const counted = ({ exchanges, late, noise, resynchronisations, retries, failures }: WireCounts) => ({
  ...{ exchanges, late, noise, resynchronisations, retries },
  failed: Object.fromEntries(Object.entries(failures).filter(([, count]) => count > 0)),
});
const calm = { exchanges: 0, late: 0, noise: 0, resynchronisations: 0, retries: 0, failed: {} };

test("exchanges, their bytes both ways, and what they took are counted; what is only sent takes no time", async () => {
  const { connection, clock, recorder } = await dialogue();
  const asked = connection.request("RUN");
  await clock.advance(100);
  expect(await asked).toBe("<RUN>");
  const sent = connection.send("LED");
  await clock.advance(100);
  await sent;
  const { counts } = recorder;
  expect(counted(counts)).toEqual({ ...calm, exchanges: 2, noise: 1 });
  expect([counts.bytesSent, counts.bytesReceived]).toEqual([8, 12]);
  expect(counts.roundTrip.count).toBe(1);
  expect(counts.roundTrip.sum).toBeCloseTo(0.005);
});

test("a silent device: the time-out, each new attempt to get into step, and the end of it", async () => {
  const { connection, clock, recorder, answer } = await dialogue({ resync });
  answer(silent);
  const asked = outcome(connection.request("RUN"));
  await clock.advance(30_000);
  expect(await asked).toBe("DeviceTimeoutError");
  expect(counted(recorder.counts)).toEqual({
    ...calm,
    ...{ exchanges: 1, resynchronisations: 1, retries: 2, failed: { timeout: 1 } },
  });
});

test("a late reply, garble, and what nobody has asked for are told apart", async () => {
  const late = await dialogue({ resync, replyTimeoutMs: 100 });
  late.answer((command) => (command === "VER" ? say("VER 1") : say("5", 110)));
  const asked = outcome(late.connection.request("RUN"));
  await late.clock.advance(5000);
  expect(await asked).toBe("DeviceTimeoutError");
  expect(counted(late.recorder.counts)).toEqual({
    ...calm,
    ...{ exchanges: 1, late: 1, resynchronisations: 1, failed: { timeout: 1 } },
  });

  const { connection, clock, recorder, answer, link, say: tell } = await dialogue({ resync });
  tell("hello");
  await clock.advance(100);
  expect(counted(recorder.counts)).toEqual({ ...calm, noise: 1 });
  answer((command) => {
    if (command === "VER") return say("VER 1");
    link.device.send(Buffer.alloc(100_000, "x"));
    return [];
  });
  const garbled = outcome(connection.request("RUN"));
  await clock.advance(5000);
  expect(await garbled).toBe("MalformedReplyError");
  expect(recorder.counts.failures.malformed).toBe(1);
});

test("what a stop breaks off, and what is lost with the port, is no time-out", async () => {
  const stopped = await dialogue({ resync });
  stopped.answer(silent);
  const asked = outcome(stopped.connection.request("RUN"));
  await stopped.clock.advance(1);
  void stopped.connection.breakIn("STOP");
  expect(await asked).toBe("BrokenOffError");
  expect(stopped.recorder.counts.failures).toMatchObject({ broken_off: 1, timeout: 0 });

  const lost = await dialogue();
  lost.answer(silent);
  const waits = outcome(lost.connection.request("RUN"));
  await lost.clock.advance(1);
  lost.link.device.unplug();
  expect(await waits).toBe("DisconnectedError");
  expect(lost.recorder.counts.failures).toMatchObject({ disconnected: 1, timeout: 0 });
});
