import { beforeEach, describe, expect, it } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { type MixerBench, openMixer } from "./mixer.ts";

let bench: MixerBench;
const open = async () => {
  bench = await openMixer();
};
const path = (href: string) => new URL(href).pathname;

describe("an asynchronous action", () => {
  beforeEach(open);

  it("is answered by 201, JSON without a charset, and the status at the URL that Location and href name", async () => {
    const answer = await bench.send("POST", "actions/stir", { seconds: 9 }, { prefer: "respond-async" });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers["content-type"]).toBe("application/json");
    const status = answer.json();
    expect(status).toEqual({
      status: "running",
      href: expect.stringMatching(/^http:\/\/localhost:80\/things\/mixer\/actions\/stir\/[0-9a-f-]{36}$/),
      timeRequested: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/),
    });
    expect(answer.headers.location).toBe(status.href);
    const queried = await bench.send("GET", path(status.href));
    expect([queried.statusCode, queried.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(queried.json()).toEqual(status);
  });

  it("has its output and the time of its end in its status once it has completed", async () => {
    const { href } = (await bench.send("POST", "actions/stir", { seconds: 1 }, { prefer: "respond-async" })).json();
    await bench.clock.advance(1000);
    const status = (await bench.send("GET", path(href))).json();
    expect(status).toMatchObject({ status: "completed", output: "stirred", timeEnded: expect.stringMatching(/Z$/) });
    expect(status).not.toHaveProperty("error");
  });

  it("without input takes no body and no content type", async () => {
    const answer = await bench.send("POST", "actions/rinse");
    expect([answer.statusCode, answer.json().status]).toEqual([201, "completed"]);
    expect(answer.json()).not.toHaveProperty("output");
  });

  it("is waited for as long as its client prefers", async () => {
    const posted = bench.send("POST", "actions/stir", { seconds: 2 }, { prefer: "wait=30" });
    const answer = await bench.clock.until(Promise.resolve(posted));
    expect([answer.statusCode, answer.json().status]).toEqual([201, "completed"]);
    expect(answer.headers["preference-applied"]).toBe("wait=30");
  });

  it("tells where bytes that it returns are to be fetched", async () => {
    const answer = await bench.send("POST", "/things/counter/actions/make_blob", {}, { prefer: "wait=5" });
    const { output } = answer.json();
    expect(output).toMatchObject({ href: expect.stringContaining("/blob/"), media_type: expect.any(String) });
    expect((await bench.send("GET", path(output.href))).statusCode).toBe(200);
  });

  it("that failed says so, and how, as a problem", async () => {
    bench.device.jams = true;
    const { href, status, error } = (await bench.send("POST", "actions/rinse", undefined, { prefer: "wait=5" })).json();
    expect(status).toBe("failed");
    expect(error).toEqual({
      type: "urn:benchd:error:BENCHD_DEVICE_FAULT",
      title: "DeviceFaultError",
      status: 502,
      detail: "it jams",
    });
    expect((await bench.send("GET", path(href))).json().status).toBe("failed");
  });

  it("that was cancelled has failed, with an error whose type says that it was cancelled, and why", async () => {
    const { href } = (await bench.send("POST", "actions/stir", { seconds: 9 }, { prefer: "respond-async" })).json();
    const cancelled = await bench.send("DELETE", path(href));
    expect([cancelled.statusCode, cancelled.body]).toEqual([204, ""]);
    expect((await bench.send("GET", path(href))).json()).toMatchObject({
      status: "failed",
      error: { type: "urn:benchd:error:BENCHD_INVOCATION_CANCELLED", reason: "client" },
    });
    const again = await bench.send("DELETE", path(href));
    expect([again.statusCode, again.headers["content-type"]]).toEqual([409, "application/problem+json"]);
    expect(again.json()).toMatchObject({ type: "urn:benchd:error:BENCHD_NOT_ALLOWED", status: 409 });
  });

  it("that takes long to clean up does not hold up the answer to its cancel", async () => {
    const clientClock = new DiscreteClock();
    bench = await openMixer({ clientClock });
    const { href } = (await bench.send("POST", "actions/stubborn", undefined, { prefer: "respond-async" })).json();
    const answer = await clientClock.until(Promise.resolve(bench.send("DELETE", path(href))));
    expect(answer.statusCode).toBe(204);
    expect((await bench.send("GET", path(href))).json().status).toBe("running");
    await bench.clock.advance(5000);
    expect((await bench.send("GET", path(href))).json().status).toBe("failed");
  });

  it("is cancelled when it has ended, for as long as its client waits for that", async () => {
    const clientClock = new DiscreteClock();
    bench = await openMixer({ clientClock });
    const { href } = (await bench.send("POST", "actions/stubborn", undefined, { prefer: "respond-async" })).json();
    const answered = Promise.resolve(bench.send("DELETE", path(href), undefined, { prefer: "wait=30" }));
    while (clientClock.nextDue() === undefined) await bench.clock.advance(0);
    await bench.clock.advance(5000);
    expect((await answered).statusCode).toBe(204);
    expect((await bench.send("GET", path(href))).json().status).toBe("failed");
  });

  it("is refused as in the other view: by its input, a lease, a stop", async () => {
    const misfit = await bench.send("POST", "actions/stir", { seconds: "9" });
    expect([misfit.statusCode, misfit.headers["content-type"]]).toEqual([400, "application/problem+json"]);
    expect(misfit.json()).toMatchObject({
      type: "urn:benchd:error:BENCHD_INPUT",
      status: 400,
      errors: [{ pointer: "#/seconds", detail: expect.any(String) }],
    });
    const { leaseNumber } = (await bench.send("POST", "/mixer/lease", { seconds: 60 })).json();
    const held = await bench.send("POST", "actions/rinse");
    expect([held.statusCode, held.json().type]).toEqual([409, "urn:benchd:error:BENCHD_LEASE_HELD"]);
    const holder = await bench.send("POST", "actions/rinse", undefined, { "lease-number": String(leaseNumber) });
    expect(holder.statusCode).toBe(201);
    await bench.send("POST", "/emergency_stop");
    const stopped = await bench.send("POST", "actions/rinse", undefined, { "lease-number": String(leaseNumber) });
    expect([stopped.statusCode, stopped.json().type]).toEqual([409, "urn:benchd:error:BENCHD_STOPPED"]);
    expect(bench.device.done.filter((one) => one !== "stop")).toEqual(["rinse"]);
  });

  it("F32: repeated under its key is done once, and told the same", async () => {
    const key = { "idempotency-key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"' };
    const first = await bench.send("POST", "actions/rinse", undefined, key);
    const second = await bench.send("POST", "actions/rinse", undefined, key);
    expect(second.json()).toEqual(first.json());
    expect([first, second].map(({ headers }) => headers["idempotent-replayed"])).toEqual([undefined, "true"]);
    expect(bench.device.done).toEqual(["rinse"]);
  });

  it("stops the Thing when it is the gateway's stop, also beside a run", async () => {
    await bench.send("POST", "actions/stir", { seconds: 9 }, { prefer: "respond-async" });
    const stopped = await bench.send("POST", "actions/stop");
    expect([stopped.statusCode, stopped.json().status]).toEqual([201, "completed"]);
    expect(bench.device.done).toEqual(["stir", "stop"]);
  });
});

describe("a synchronous action", () => {
  beforeEach(open);

  it("is answered by its output", async () => {
    const answer = await bench.send("POST", "actions/weigh", { times: 1 });
    expect([answer.statusCode, answer.headers["content-type"], answer.body]).toEqual([200, "application/json", "1"]);
  });

  it("is answered by 204 and nothing when it has none", async () => {
    const answer = await bench.send("POST", "actions/beep");
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
    expect(bench.device.done).toEqual(["beep"]);
  });

  it("is waited for to its end, whatever its client prefers", async () => {
    const posted = bench.send("POST", "actions/weigh", { times: 4 }, { prefer: "respond-async" });
    const answer = await bench.clock.until(Promise.resolve(posted));
    expect([answer.statusCode, answer.body]).toEqual([200, "4"]);
    expect(answer.headers).not.toHaveProperty("preference-applied");
  });

  it("that fails is answered by its error", async () => {
    bench.device.jams = true;
    const answer = await bench.send("POST", "actions/beep");
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([502, "application/problem+json"]);
    expect(answer.json()).toMatchObject({ type: "urn:benchd:error:BENCHD_DEVICE_FAULT", detail: "it jams" });
  });

  it("that cannot start in time is dropped, and not run when its client has been refused", async () => {
    await bench.send("POST", "actions/stir", { seconds: 60 }, { prefer: "respond-async" });
    const posted = Promise.resolve(bench.send("POST", "actions/beep"));
    while ((await bench.gateway.invocations.list({ action: "beep" })).length === 0) await bench.clock.advance(0);
    await bench.processClock.advance(20_000);
    const answer = await posted;
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([504, "application/problem+json"]);
    await bench.clock.advance(60_000);
    expect(bench.device.done).toEqual(["stir"]);
  });

  it("of which nobody waits for the end any more is told to go on, and where to look", async () => {
    const clientClock = new DiscreteClock();
    bench = await openMixer({ clientClock });
    const posted = Promise.resolve(bench.send("POST", "actions/weigh", { times: 4 }));
    while ((await bench.gateway.invocations.list({ action: "weigh" })).length === 0) await bench.clock.advance(0);
    await clientClock.advance(60_000);
    const answer = await posted;
    expect(answer.statusCode).toBe(504);
    const [href = ""] = /http:\S+$/.exec(answer.json().detail) ?? [];
    expect((await bench.send("GET", path(href))).json().status).toBe("running");
  });
});

it.each(["rinse", "beep"])("%s is not answered before the journal would remember it", async (action) => {
  await open();
  let remember = () => {};
  const remembered = new Promise<void>((resolve) => {
    remember = resolve;
  });
  bench.gateway.acknowledged = () => remembered;
  let answered = false;
  const posted = Promise.resolve(bench.send("POST", `actions/${action}`)).then(({ statusCode }) => {
    answered = true;
    return statusCode;
  });
  while (bench.device.done.length === 0) await bench.clock.advance(0);
  for (let i = 0; i < 20; i++) await bench.clock.advance(0);
  expect(answered).toBe(false);
  remember();
  expect([201, 204]).toContain(await posted);
});

describe("what has been asked", () => {
  beforeEach(async () => {
    await open();
    for (const action of ["rinse", "weigh", "rinse"]) await bench.send("POST", `actions/${action}`, {});
    await bench.send("POST", "actions/stir", { seconds: 9 }, { prefer: "respond-async" });
  });

  it("is listed by action, the newest first", async () => {
    const all = (await bench.send("GET", "actions")).json();
    expect(Object.keys(all).sort()).toEqual(["rinse", "stir", "weigh"]);
    expect(all.stir).toMatchObject([{ status: "running" }]);
    const ids = (await bench.gateway.invocations.list({ action: "rinse" })).map(({ id }) => id);
    expect(all.rinse.map(({ href }: { href: string }) => href.slice(-36))).toEqual(ids.toReversed());
    expect(all.weigh).toMatchObject([{ status: "completed", output: 1 }]);
  });

  it("is listed for one action, in pages with a link to the older ones", async () => {
    const first = await bench.send("GET", "actions/rinse?limit=1");
    expect(first.json()).toHaveLength(1);
    const [, older = ""] = /^<([^>]+)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    const second = (await bench.send("GET", older.replace(/^http:\/\/[^/]+/, ""))).json();
    expect(second).toHaveLength(1);
    expect(second[0].href).not.toBe(first.json()[0].href);
  });

  it("is found at its own action and Thing only", async () => {
    const [{ href }] = (await bench.send("GET", "actions/rinse")).json();
    const wrong = [href.replace("rinse", "stir"), href.replace("mixer", "counter"), `${href.slice(0, -36)}1`];
    for (const url of wrong) {
      const answer = await bench.send("GET", path(url));
      expect([answer.statusCode, answer.headers["content-type"]]).toEqual([404, "application/problem+json"]);
    }
  });
});
