import { beforeEach, describe, expect, it } from "vitest";
import { KeyMalformedError } from "../../src/errors.ts";
import { fingerprint, parseKey } from "../../src/http/idempotency.ts";
import { openDoser, replayed } from "./doser.ts";

type Bench = Awaited<ReturnType<typeof openDoser>>;

const key = '"8e03978e-40d5-43e8-bc93-6894a57f9324"';
const async = "respond-async";

let bench: Bench;
const opened = async () => {
  bench = await openDoser();
};

describe("F32: a request that is repeated with its key", () => {
  beforeEach(opened);

  it("at once, is the same invocation, which runs once", async () => {
    const first = await bench.invoke("dose", { mL: 5 }, { key });
    const second = await bench.invoke("dose", { mL: 5 }, { key });
    expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
    expect(second.json()).toEqual(first.json());
    expect(second.headers.location).toBe(first.headers.location);
    expect([replayed(first), replayed(second)]).toEqual([false, true]);
    expect(bench.device.done).toEqual([5]);
  });

  it("is told how its invocation is by then", async () => {
    const first = await bench.invoke("slow", { mL: 5 }, { key, prefer: async });
    const while_ = await bench.invoke("slow", { mL: 5 }, { key, prefer: async });
    await bench.clock.advance(1000);
    const after = await bench.invoke("slow", { mL: 5 }, { key, prefer: async });
    expect([first, while_, after].map((answer) => answer.json().status)).toEqual(["running", "running", "completed"]);
    expect(new Set([first, while_, after].map((answer) => answer.json().id)).size).toBe(1);
    expect(bench.device.done).toEqual([5]);
  });

  it("later, when its invocation is not listed any more, is still not run again", async () => {
    const first = await bench.invoke("dose", { mL: 5 }, { key });
    await bench.processClock.advance(600_000);
    const { id } = first.json();
    expect((await bench.app.inject({ url: `/action_invocations/${id}` })).statusCode).toBe(404);
    expect((await bench.invoke("dose", { mL: 5 }, { key })).json()).toMatchObject({ id, status: "completed" });
    expect(bench.device.done).toEqual([5]);
  });

  it("after a kill, is what became of its invocation: completed, interrupted, or cancelled as it had not begun", async () => {
    const posts = [
      ["dose", "a", "completed"],
      ["slow", "b", "error"],
      ["dose", "c", "cancelled"],
    ] as const;
    const ids: string[] = [];
    for (const [action, name] of posts)
      ids.push((await bench.invoke(action, { mL: 1 }, { key: name, prefer: async })).json().id);
    const next = await bench.killed();
    for (const [n, [action, name, status]] of posts.entries()) {
      const answer = await next.invoke(action, { mL: 1 }, { key: name });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toMatchObject({ id: ids[n], status });
      expect(replayed(answer)).toBe(true);
    }
    expect(bench.device.done).toEqual([1, 1]);
  });

  it("is told of an end that comes while it is answered once that is written down, and the same after a kill", async () => {
    const { device, gateway } = bench;
    let answers = () => {};
    device.answers = new Promise((resolve) => {
      answers = resolve;
    });
    const acknowledged = gateway.acknowledged.bind(gateway);
    gateway.acknowledged = async (invocation) => {
      await acknowledged(invocation);
      answers();
      while (invocation.status === "running") await undefined;
    };
    const first = await bench.invoke("aside", undefined, { key });
    const next = await bench.killed();
    const second = await next.invoke("aside", undefined, { key });
    expect([first, second].map((answer) => answer.json().status)).toEqual(["completed", "completed"]);
    expect(device.done).toEqual(["aside"]);
  });

  it("with another body, is refused by 422, and the first goes on", async () => {
    await bench.invoke("slow", { mL: 5 }, { key, prefer: async });
    const other = await bench.invoke("slow", { mL: 6 }, { key });
    expect(other.statusCode).toBe(422);
    expect(other.json().type).toBe("urn:benchd:error:BENCHD_KEY_REUSED");
    const next = await bench.killed();
    expect((await next.invoke("slow", { mL: 6 }, { key })).statusCode).toBe(422);
    expect(bench.device.done).toEqual([5]);
  });

  it("a hundred times at the same moment, runs once, and all are told the same", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => bench.invoke("slow", { mL: 5 }, { key, prefer: async })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(100).fill(201));
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(bench.device.done).toEqual([5]);
  });
});

describe("a body is the same", () => {
  it.each([
    ['{"mL": 5}', '{\n  "mL" : 5.0 }'],
    ['{"b":{"y":1,"x":[1,2]},"a":"\\u00e9"}', '{"a":"é","b":{"x":[1,2],"y":1}}'],
    ['{"10":1,"9":2}', '{"9":2,"10":1}'],
  ])("whatever its spelling: %s and %s", (one, other) => {
    expect(fingerprint(JSON.parse(one))).toBe(fingerprint(JSON.parse(other)));
  });

  it.each([
    ["[1,2]", "[2,1]"],
    ['"1"', "1"],
    ["{}", "null"],
    ['{"a":{"b":1}}', '{"a":"b","b":1}'],
    ['{"a":"\\ud800"}', '{"a":"\\ud801"}'],
  ])("only if it means the same: not %s and %s", (one, other) => {
    expect(fingerprint(JSON.parse(one))).not.toBe(fingerprint(JSON.parse(other)));
  });

  it("only if there is one in both: none is neither null nor an empty object", () => {
    expect(new Set([undefined, null, {}].map(fingerprint)).size).toBe(3);
  });
});

describe("the scope of a key", () => {
  beforeEach(opened);

  it("is one action, one method and one client", async () => {
    await bench.invoke("dose", { mL: 5 }, { key });
    await bench.invoke("slow", { mL: 5 }, { key, prefer: async });
    await bench.clock.advance(1000);
    await bench.invoke("dose", { mL: 5 }, { key, from: "10.0.0.7" });
    expect((await bench.send("PUT", "/doser/rate", 5, { key })).statusCode).toBe(201);
    expect(bench.device.done).toEqual([5, 5, 5, { rate: 5 }]);
  });

  it("is this machine, by whichever of its addresses it asks", async () => {
    for (const from of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) await bench.invoke("dose", { mL: 5 }, { key, from });
    expect(bench.device.done).toEqual([5]);
  });

  it("is the path as it is meant, however it is spelt", async () => {
    await bench.invoke("dose", { mL: 5 }, { key });
    expect(replayed(await bench.invoke("d%6fse", { mL: 5 }, { key }))).toBe(true);
  });
});

describe("the header Idempotency-Key", () => {
  it.each([
    ['"abc"', "abc"],
    ["abc", "abc"],
    ["8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ["urn:uuid:1/2=3", "urn:uuid:1/2=3"],
    ['"a b\\"c\\\\"', 'a b"c\\'],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ])("may be %s", (text, expected) => {
    expect(parseKey(text)).toBe(expected);
  });

  it.each(["", '""', "a b", '"a', 'a"', "a, a", '"a", "a"', '"\\a"', '"é"', "x".repeat(256), `"${"x".repeat(256)}"`])(
    "may not be %s",
    (text) => {
      expect(() => parseKey(text)).toThrow(KeyMalformedError);
    },
  );

  it("is refused by 400 where it is none: the answer says how it is written, and nothing is done", async () => {
    await opened();
    const answer = await bench.invoke("dose", { mL: 5 }, { key: "a b" });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      type: "urn:benchd:error:BENCHD_KEY_MALFORMED",
      detail: expect.stringContaining("1 to 255 characters"),
    });
    expect(bench.device.done).toEqual([]);
  });

  it("is ignored by whatever stops: each press counts, and none is refused for it", async () => {
    await opened();
    const before = bench.device.stops;
    for (const text of [key, key, "not a key"]) {
      expect((await bench.invoke("stop", undefined, { key: text, prefer: "wait=5" })).statusCode).toBe(201);
      expect((await bench.send("POST", "/emergency_stop", undefined, { key: text })).statusCode).toBe(200);
    }
    expect(bench.device.stops - before).toBe(6);
  });
});

describe("a key is not used up by a request that was refused", () => {
  beforeEach(opened);

  it("for the emergency stop", async () => {
    await bench.gateway.emergencyStop.trip("ada");
    expect((await bench.invoke("dose", { mL: 5 }, { key })).statusCode).toBe(409);
    await bench.gateway.emergencyStop.clear("ada");
    const answer = await bench.invoke("dose", { mL: 5 }, { key });
    expect([answer.statusCode, replayed(answer)]).toEqual([201, false]);
  });

  it("for its body", async () => {
    expect((await bench.invoke("dose", { mL: "5" }, { key })).statusCode).toBe(422);
    expect((await bench.invoke("dose", { mL: 5 }, { key })).statusCode).toBe(201);
  });

  it("and what was accepted before is told while all else is refused", async () => {
    const { id } = (await bench.invoke("dose", { mL: 5 }, { key })).json();
    await bench.gateway.emergencyStop.trip("ada");
    const answer = await bench.invoke("dose", { mL: 5 }, { key });
    expect([answer.statusCode, answer.json().id]).toEqual([201, id]);
  });
});
