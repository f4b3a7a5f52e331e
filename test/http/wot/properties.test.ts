import { beforeEach, describe, expect, it } from "vitest";
import { LaneFullError } from "../../../src/errors.ts";
import { type MixerBench, openMixer } from "./mixer.ts";

let bench: MixerBench;
beforeEach(async () => {
  bench = await openMixer();
});
const type = "application/problem+json";

describe("a property", () => {
  it("is read by 200 and written by 204", async () => {
    const written = await bench.send("PUT", "properties/speed", 200);
    expect([written.statusCode, written.body]).toEqual([204, ""]);
    const read = await bench.send("GET", "properties/speed");
    expect([read.statusCode, read.headers["content-type"], read.body]).toEqual([200, "application/json", "200"]);
  });

  it("that is read-only is not written: 405, and what would do", async () => {
    const answer = await bench.send("PUT", "properties/lid", "open");
    expect([answer.statusCode, answer.headers["content-type"], answer.headers.allow]).toEqual([405, type, "GET, HEAD"]);
  });

  it("refuses what does not fit by 400, and names the place", async () => {
    const answer = await bench.send("PUT", "properties/ramp", { up: "steep" });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([400, type]);
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: "#/up" }] });
    expect(bench.device.done).toEqual([]);
  });

  it("that its device does not give is a problem, as is one that it does not take", async () => {
    bench.device.dark = true;
    const unread = await bench.send("GET", "properties/lid");
    expect([unread.statusCode, unread.headers["content-type"]]).toEqual([502, type]);
    bench.device.jams = true;
    const unwritten = await bench.send("PUT", "properties/heat", true);
    expect([unwritten.statusCode, unwritten.json().detail]).toEqual([502, "it jams"]);
  });

  it("F32: written under a key is written once; what has failed is told again", async () => {
    const key = { "idempotency-key": "a" };
    for (let i = 0; i < 2; i++) expect((await bench.send("PUT", "properties/heat", true, key)).statusCode).toBe(204);
    expect(bench.device.done).toEqual([{ heat: true }]);
    bench.device.jams = true;
    const other = { "idempotency-key": "b" };
    const first = await bench.send("PUT", "properties/heat", false, other);
    bench.device.jams = false;
    const second = await bench.send("PUT", "properties/heat", false, other);
    expect([second.statusCode, second.headers["content-type"]]).toEqual([502, type]);
    expect(second.json()).toEqual(first.json());
  });
});

describe("all properties", () => {
  it("are read together, by name", async () => {
    const answer = await bench.send("GET", "properties");
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(answer.json()).toEqual({ speed: 0, ramp: { up: 1, down: 1 }, heat: false, lid: "closed" });
  });

  it("are a problem that tells which, when one cannot be read", async () => {
    bench.device.dark = true;
    const answer = await bench.send("GET", "properties");
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([502, type]);
    expect(answer.json()).toMatchObject({
      type: "urn:benchd:error:BENCHD_DEVICE_FAULT",
      errors: [{ property: "lid", detail: "nothing to be seen" }],
    });
  });
});

describe("several properties", () => {
  it("are written together, in the order of the body, with defaults filled in", async () => {
    const answer = await bench.send("PUT", "properties", { heat: true, ramp: { up: 2 }, speed: 5 });
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
    expect(bench.device.done).toEqual([{ heat: true }, { ramp: { up: 2, down: 1 } }, { speed: 5 }]);
  });

  it("are all judged before one is written, and each that cannot be is named", async () => {
    const answer = await bench.send("PUT", "properties", {
      heat: true,
      speed: 5000,
      lid: "open",
      color: "red",
      ramp: {},
    });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([400, type]);
    const pointers = answer.json().errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(["#/speed", "#/lid", "#/color", "#/ramp/up"]);
    expect(bench.device.done).toEqual([]);
  });

  it.each([[[]], ["speed"], [null], [undefined]])("are an object, and nothing else: %j", async (body) => {
    expect((await bench.send("PUT", "properties", body)).statusCode).toBe(400);
  });

  it("that the device refuses half way are told: written, failed, and not tried", async () => {
    bench.device.jamsAt = "speed";
    const answer = await bench.send("PUT", "properties", { heat: true, speed: 5, ramp: { up: 1 } });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([502, type]);
    expect(answer.json()).toMatchObject({ written: ["heat"], failed: "speed", unwritten: ["ramp"] });
    expect(bench.device.done).toEqual([{ heat: true }]);
  });

  it("F32: that were refused half way under a key are not written again by a repetition, which is told the same", async () => {
    const key = { "idempotency-key": "a" };
    bench.device.jamsAt = "speed";
    bench.device.jam = () => new LaneFullError("not just now");
    const body = { heat: true, speed: 5, ramp: { up: 1 } };
    const first = await bench.send("PUT", "properties", body, key);
    bench.device.jamsAt = "";
    const second = await bench.send("PUT", "properties", body, key);
    expect([first.statusCode, second.statusCode]).toEqual([503, 503]);
    expect([first.headers["retry-after"], second.headers["retry-after"]]).toEqual(["2", "2"]);
    expect(second.json()).toEqual(first.json());
    expect(second.json()).toMatchObject({ written: ["heat"], failed: "speed", unwritten: ["ramp"] });
    expect(bench.device.done).toEqual([{ heat: true }]);
  });

  it("are refused as one would be where somebody has leased the Thing", async () => {
    await bench.send("POST", "/mixer/lease", {});
    const answer = await bench.send("PUT", "properties", { heat: true, speed: 5 });
    expect([answer.statusCode, answer.json().type]).toEqual([409, "urn:benchd:error:BENCHD_LEASE_HELD"]);
    expect(bench.device.done).toEqual([]);
  });
});
