import { Readable } from "node:stream";
import pino from "pino";
import { describe, expect, it, test } from "vitest";
import { base, bearer, openAsked, replies, soon } from "./asked-bench.ts";

const operate = [{ scope: "operate" }] as const;

describe("an action that is asked for over MQTT", () => {
  it("is done, and answered as over HTTP: accepted, then how it has ended", async () => {
    const at = await openAsked({ requests: "[operate]" });
    at.ask("slow");
    const [accepted] = await at.answered(1);
    expect(accepted).toMatchObject({ status: 201, final: "false", to: "c1", contentType: "application/json" });
    expect(accepted?.user).toMatchObject({ "content-type": "application/json", invocation: accepted?.body.id });
    expect(accepted?.body).toMatchObject({
      status: "running",
      href: `http://127.0.0.1:5000/action_invocations/${accepted?.body.id}`,
    });
    await at.clock.advance(1000);
    const [, ended] = await at.answered(2);
    expect(ended).toMatchObject({ status: 200, final: "true", to: "c1" });
    expect(ended?.body).toMatchObject({ id: accepted?.body.id, status: "completed" });
    expect(at.device.done).toEqual([5]);
    const [by] = await at.gateway.invocations.list({});
    expect(by).toMatchObject({ requestedBy: "mqtt", requestedFrom: "mqtt" });
  });

  it("is done once, however often its message arrives: twice at a time, redelivered, or long after", async () => {
    const at = await openAsked({ requests: "[operate]" });
    const user = { "idempotency-key": "one", "start-by": soon() };
    for (const duplicate of [false, false, true]) at.ask("dose", { user, duplicate });
    await at.answered(3);
    // What was accepted is told, also when it is too late for it to begin.
    at.ask("dose", { user: { ...user, "start-by": soon(-60) } });
    const all = await at.answered(4);
    expect(at.device.done).toEqual([5]);
    expect(new Set(all.map(({ user: { invocation } }) => invocation)).size).toBe(1);
    expect(all.map(({ user: { replayed } }) => replayed).filter(Boolean).length).toBeGreaterThanOrEqual(3);
    at.ask("dose", { user, payload: '{"mL":6}' });
    expect((await at.answered(all.length + 1)).at(-1)).toMatchObject({ status: 422, final: "true" });
  });

  it("under a key that was used over HTTP is the same request, and the other way round", async () => {
    const at = await openAsked();
    const token = await at.make("ada", operate);
    await at.refresh();
    const post = (key: string) =>
      at.app.inject({
        ...{ method: "POST", url: "/doser/dose", payload: { mL: 5 } },
        headers: { ...bearer(token), "idempotency-key": key },
      });
    const first = (await post("a")).json();
    at.ask("dose", { user: { ...bearer(token), "idempotency-key": "a" } });
    at.ask("dose", { user: { ...bearer(token), "idempotency-key": '"b"' } });
    const [, second] = await at.answered(2);
    await at.settle();
    const again = await post("b");
    expect(at.answers()[0]).toMatchObject({ status: 201, user: { replayed: "true", invocation: first.id } });
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.json().id).toBe(second?.user["invocation"]);
    expect(at.device.done).toEqual([5, 5]);
  });

  it("is not promised an end that nobody tells, where another configuration has come before the answer", async () => {
    const at = await openAsked({ requests: "[operate]" });
    at.app.addHook("preHandler", async () => at.end());
    at.ask("slow");
    await at.answered(1);
    await at.clock.advance(1000);
    await at.settle();
    expect(at.answers()).toEqual([expect.objectContaining({ status: 201, final: "elsewhere" })]);
  });

  it("without a response topic is done, and told nowhere", async () => {
    const at = await openAsked({ requests: "[operate]" });
    at.ask("dose", { properties: { responseTopic: "", correlationData: new Uint8Array() } });
    await at.settle(() => at.device.done.length > 0);
    await at.settle();
    expect([at.device.done, at.link.sent]).toEqual([[5], []]);
  });

  it("with a response topic on which a broker hangs up is left undone: nobody throws a gateway off its broker", async () => {
    const at = await openAsked({ requests: "[operate]" });
    const deep = (levels: number) => ({ responseTopic: Array.from({ length: levels }, () => "a").join("/") });
    at.ask("dose", { properties: deep(65) });
    at.ask("dose", { properties: deep(64), payload: '{"mL":7}' });
    await at.settle(() => at.device.done.length > 0);
    await at.settle();
    expect(at.device.done).toEqual([7]);
  });

  it("that cannot be answered is left undone, which the log tells at once, and then once a minute", async () => {
    const logged: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
    const at = await openAsked({ requests: "[operate]", log });
    const large = { correlationData: new Uint8Array(64 * 1024) };
    for (let n = 0; n < 100; n++) at.ask("dose", { properties: large });
    const on = "benchd/bench-3/things/doser/actions/dose/request";
    const left = (count: number, why: string) =>
      `MQTT: ${count} requests were left undone since benchd was started, as nobody can be told; the one on ${on}: ${why}`;
    expect(logged).toEqual([left(1, "its correlation data is longer than 1024 bytes")]);
    await at.processClock.advance(60_000);
    at.ask("dose", { properties: { responseTopic: "benchd/bench-2/status" } });
    const why = "its response topic is none, or too deep, or below benchd/, or one that asks for something";
    expect(logged.slice(1)).toEqual([left(101, why)]);
    await at.settle();
    expect(at.device.done).toEqual([]);
  });

  it("is cancelled by its id on its own topic, and on no other", async () => {
    const at = await openAsked({ requests: "[operate]" });
    at.ask("slow");
    const [{ body } = { body: undefined }] = await at.answered(1);
    const cancel = (thing: string, id: string) =>
      at.link.deliver(`${base}/things/${thing}/actions/slow/cancel`, {
        payload: JSON.stringify({ id }),
        properties: { responseTopic: replies },
      });
    cancel("other", body.id);
    expect((await at.answered(2)).at(-1)).toMatchObject({ status: 404, final: "true" });
    cancel("doser", "everything");
    expect((await at.answered(3)).at(-1)).toMatchObject({ status: 400 });
    // A UUID is the same in whichever case.
    cancel("doser", body.id.toUpperCase());
    const ends = (await at.answered(5)).slice(3);
    expect(ends.map(({ status }) => status).toSorted()).toEqual([200, 204]);
    expect(ends.find(({ status }) => status === 200)?.body).toMatchObject({ status: "cancelled", reason: "client" });
  });
});

test("is refused, and does nothing, with what is said wrongly, too late, or without the right to it", async () => {
  const at = await openAsked({ requests: "[operate]" });
  const wrong = [
    [{ "idempotency-key": "" }, 400, "idempotency-key"],
    [{ "idempotency-key": "a b" }, 400, "Idempotency-Key"],
    [{ "idempotency-key": ["a", "b"] }, 400, "twice"],
    [{ "Idempotency-Key": "b" }, 400, "twice"],
    [{ "start-by": "noon" }, 400, "with its zone"],
    [{ "start-by": soon(-1) }, 412, "was over"],
    [{ "lease-number": "7" }, 409, "lease"],
    [{ "lease-number": "seven" }, 422, "Lease-Number"],
  ] as const;
  for (const [n, [user, status, words]] of wrong.entries()) {
    at.ask("dose", { user });
    const answer = (await at.answered(n + 1)).at(-1);
    expect(answer).toMatchObject({ status, final: "true" });
    expect(answer?.text).toContain(words);
  }
  expect(at.device.done).toEqual([]);
});

test("is refused without a key, and without a time until when it is to start", async () => {
  const at = await openAsked({ requests: "[operate]" });
  for (const userProperties of [{ "idempotency-key": "a" }, { "start-by": soon() }])
    at.link.deliver(`${base}/things/doser/actions/dose/request`, {
      payload: '{"mL":5}',
      properties: { responseTopic: replies, userProperties },
    });
  const [noTime, noKey] = await at.answered(2);
  expect([noTime, noKey]).toMatchObject([{ status: 400 }, { status: 400 }]);
  expect(
    [noTime?.text, noKey?.text].map((text) => /(start-by|idempotency-key) is missing/.exec(text ?? "")?.[1]),
  ).toEqual(["start-by", "idempotency-key"]);
  expect(noKey?.body.type).toBe("urn:benchd:error:BENCHD_REQUEST_MESSAGE");
  expect(at.device.done).toEqual([]);
});

test("is refused where nobody knows what time it is, where it is retained, and where it has expired", async () => {
  const at = await openAsked({ requests: "[operate]", trusted: () => false });
  at.ask("dose");
  at.ask("dose", { retain: true });
  at.ask("stop", { retain: true });
  at.ask("dose", { properties: { messageExpiryInterval: 0 } });
  const all = await at.answered(4);
  expect(new Map(all.map(({ to, status }) => [to, status]))).toEqual(
    new Map([
      ["c1", 503],
      ["c2", 400],
      ["c3", 400],
      ["c4", 412],
    ]),
  );
  expect([at.device.done, at.device.stops]).toEqual([[], 2]);
});

test("what is asked wrongly is told as over HTTP: no JSON, no such input, another content type, too much, nothing there", async () => {
  const at = await openAsked({ requests: "[operate]" });
  at.ask("dose", { payload: "{" });
  at.ask("dose", { payload: '{"mL":"5"}' });
  at.ask("dose", { properties: { contentType: "text/plain" } });
  at.ask("dose", { payload: new Uint8Array(1024 * 1024 + 1) });
  at.ask("nothing");
  at.ask("dose", { thing: "nowhere" });
  const all = await at.answered(6);
  const statuses = new Map(all.map(({ to, status }) => [to, status]));
  expect([1, 2, 3, 4, 5, 6].map((n) => statuses.get(`c${n}`))).toEqual([422, 422, 415, 413, 404, 404]);
  expect(at.device.done).toEqual([]);
});

test("what is larger than the broker takes is told shortened, with the status as it is", async () => {
  const at = await openAsked({ requests: "[operate]" });
  at.link.largestMessage = 4200;
  at.ask("dose");
  const [answer] = await at.answered(1);
  expect(answer).toMatchObject({ status: 201, user: { shortened: "true" } });
  expect(Object.keys(answer?.body)).toEqual(["id", "status"]);
});

test("a body that is to make room for somebody else's ends alone, and harms nobody", async () => {
  const at = await openAsked({ requests: "[operate]" });
  const endless = () => new Readable({ read() {} });
  const head = { "content-type": "application/json", "content-length": "100000", ...at.inside?.headers };
  const post = (headers: Readonly<Record<string, string>>, payload: Readable | string) =>
    at.app.inject({ method: "POST", url: "/doser/dose", headers, payload });
  const asked = Array.from({ length: 64 }, () => post(head, endless()).then(String, (error: Error) => error.message));
  await at.settle();
  const token = await at.make("ada", operate);
  await at.refresh();
  const large = JSON.stringify({ mL: 5, more: "x".repeat(99_000) });
  const other = await post({ "content-type": "application/json", ...bearer(token) }, large);
  expect(other.statusCode).toBe(422);
  expect(await Promise.race(asked)).toContain("destroyed");
});

describe("stops", () => {
  it("come first, behind thousands of requests in one go, of which what there is no room for is told to wait", async () => {
    const at = await openAsked({ requests: "[operate]" });
    for (let n = 0; n < 2000; n++) at.ask("slow");
    at.ask("stop");
    const press = (what: string, to: string) =>
      at.link.deliver(`${base}/${what}/request`, { properties: { responseTopic: to } });
    const answerOn = (to: string) => at.link.sent.findIndex(({ topic }) => topic === to);
    const statusOn = (to: string) => at.link.sent[answerOn(to)]?.properties?.userProperties?.["status"];
    // On its own topic, which none of the others is subscribed with.
    expect(press("things/doser/stop", "lab/doser")).toBe(1);
    press("things/nowhere/stop", "lab/nowhere");
    press("emergency_stop", "lab/stop");
    await at.settle(() => ["lab/doser", "lab/nowhere", "lab/stop"].every((to) => answerOn(to) >= 0));
    expect(at.gateway.emergencyStop.latch).toMatchObject({ by: "mqtt" });
    expect([statusOn("lab/doser"), statusOn("lab/nowhere")]).toEqual(["201", "404"]);
    const stopped = Math.max(answerOn("lab/stop"), answerOn("lab/doser"));
    const before = at.link.sent
      .slice(0, stopped)
      .filter(({ properties }) => properties?.userProperties?.["status"] !== "429");
    expect(before.length).toBeLessThan(200);
    expect(at.answers().filter(({ status }) => status === 429).length).toBeGreaterThan(300);
    await at.settle();
    await at.clock.advance(60_000);
    expect(at.device.done.length).toBeLessThanOrEqual(32);
  });

  it("wait behind nothing at the broker, which sends at once what has QoS 0", async () => {
    const at = await openAsked({ requests: "[operate]" });
    expect(Object.fromEntries(at.link.qos)).toEqual({
      [`${base}/emergency_stop/request`]: 0,
      [`${base}/things/+/stop/request`]: 0,
      [`${base}/things/+/actions/+/cancel`]: 0,
      [`${base}/things/+/actions/+/request`]: 1,
    });
  });

  it("need no key and no time, and look at nothing else that is said beside them", async () => {
    const at = await openAsked({ requests: "[operate]", trusted: () => false });
    at.ask("slow", { user: { "start-by": soon() } });
    const user = { "idempotency-key": ["a", "b"], "start-by": "noon", "lease-number": "seven" };
    at.ask("stop", { user, payload: "no JSON", properties: { responseTopic: "$SYS/broker" } });
    await at.settle(() => at.device.stops === 3);
    expect(at.device.stops).toBe(3);
  });

  it("pressed again count again", async () => {
    const at = await openAsked({ requests: "[operate]" });
    const stops = at.device.stops;
    for (let n = 1; n <= 3; n++) {
      at.ask("slow");
      await at.settle(() => at.device.done.length === n);
      at.ask("stop");
      await at.settle(() => at.device.stops === stops + n);
    }
    expect(at.device.stops).toBe(stops + 3);
  });
});
