import { afterEach, beforeEach, expect, test } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench();
});
afterEach(() => bench.close());

const url = "/gateway/calibrations/counter";
async function ask(method: "GET" | "POST", path: string, body?: unknown, headers = {}) {
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const answer = await bench.app.inject({ method, url: path, headers: { ...type, ...headers }, ...payload });
  return { status: answer.statusCode, body: answer.json(), replayed: answer.headers["idempotent-replayed"] };
}

const certificate = {
  points: [{ name: "full", reference: { value: 100, unit: "g" }, measured: { value: 100.0002, unit: "g" } }],
  ...{ fit: {}, at: "2026-11-02T09:30:00Z", expires: "2027-11-02T00:00:00Z", note: "certificate 4711" },
};

test("what somebody has found is written down, counts, and is told with those before it", async () => {
  expect((await ask("GET", "/gateway/calibrations")).body.counter).toEqual({
    ...{ validity: "none", reason: null, expires: null, refuses: false, current: null },
  });
  const { status, body } = await ask("POST", url, certificate);
  expect([status, body]).toEqual([
    201,
    {
      ...{ id: expect.any(String), thing: "counter", at: "2026-11-02T09:30:00.000Z", clockTrusted: false },
      ...{ by: "127.0.0.1", from: "127.0.0.1", points: certificate.points, fit: {}, validForMs: null },
      ...{
        until: "2027-11-02T00:00:00.000Z",
        incomplete: null,
        note: "certificate 4711",
        invocation: null,
        simulated: true,
        device: null,
      },
    },
  ]);
  await ask("POST", url, { fit: { gain: { value: 2, unit: "1" } }, expires: "30 d" });
  const { body: told } = await ask("GET", url);
  expect(told).toMatchObject({
    validity: "valid",
    current: { fit: { gain: { value: 2 } }, validForMs: 30 * 86_400_000 },
  });
  expect(told.records.map(({ note }: { note: string | null }) => note)).toEqual([null, "certificate 4711"]);
  expect((await ask("GET", `${url}?limit=1`)).body.records).toHaveLength(1);
  const { body: entries } = await ask("GET", "/gateway/audit?what=calibration");
  expect(entries[0]).toMatchObject({ by: "127.0.0.1", thing: "counter", detail: "0 points by hand" });
});

test("it stands with the Thing, and with each of its results", async () => {
  const { body } = await ask("POST", url, certificate);
  const { body: states } = await ask("GET", "/thing_states");
  expect(states.counter.metadata.calibration).toMatchObject({ validity: "unknown", at: body.at, expires: body.until });
  const { body: done } = await ask("POST", "/counter/increment");
  const { body: record } = await ask("GET", `/gateway/history/${done.id}`);
  expect(record.provenance[0].calibration).toEqual({ id: body.id, at: body.at, validity: "unknown", fit: {} });
});

test("under a key it is written down once", async () => {
  const headers = { "idempotency-key": "once" };
  const first = await ask("POST", url, certificate, headers);
  const again = await ask("POST", url, certificate, headers);
  expect([again.status, again.body, again.replayed]).toEqual([201, first.body, "true"]);
  expect((await ask("GET", url)).body.records).toHaveLength(1);
});

test.each([
  [{ expires: "soon" }, "is no duration"],
  [{ expires: "2026-99-99" }, "is no time"],
  [{ expires: "0 s" }, "never hold"],
  [{ at: "2026-11-02T09:30:00Z", expires: "2026-11-01T00:00:00Z" }, "before it was found"],
  [{ fit: { gain: { value: 1, unit: "volt" } } }, "UCUM"],
  [{ fit: { gain: 1 } }, "gain"],
  [{ validForMs: 1 }, "extra_forbidden"],
])("%j is refused, and nothing is written down", async (body, why) => {
  const refused = await ask("POST", url, body);
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body)).toContain(why);
  expect((await ask("GET", url)).body.records).toEqual([]);
});

test("of a Thing that there is not, nothing is told", async () => {
  expect((await ask("GET", "/gateway/calibrations/nothing")).status).toBe(404);
  expect((await ask("POST", "/gateway/calibrations/nothing", certificate)).status).toBe(404);
});
