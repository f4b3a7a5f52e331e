import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeAll(async () => {
  bench = await openCounterBench();
});
afterAll(() => bench.close());

const get = (url: string) => bench.app.inject({ url });
const cancel = (id: string) => bench.app.inject({ method: "DELETE", url: `/action_invocations/${id}` });
async function invoke(action: string, input: object = {}, prefer = "respond-async", thing = "counter") {
  const headers = { "content-type": "application/json", prefer };
  return bench.app.inject({ method: "POST", url: `/${thing}/${action}`, headers, payload: JSON.stringify(input) });
}

describe("an invocation", () => {
  it("is answered with 201, its place, and what was asked for", async () => {
    const answer = await invoke("echo", { number: 1, text: "a" }, "wait=5");
    const { id, href } = answer.json();
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toMatchObject({
      location: `http://localhost:80/action_invocations/${id}`,
      "content-type": "application/json",
      "preference-applied": "wait=5",
    });
    expect(href).toBe(answer.headers.location);
    expect(answer.json()).toMatchObject({
      status: "completed",
      action: "/counter/echo",
      input: { number: 1, text: "a" },
      output: { number: 1, text: "a" },
      queuePosition: null,
      forced: false,
      steps: [],
      delivery: [],
    });
  });

  it("gets its input with the defaults filled in", async () => {
    expect((await invoke("increment")).json().input).toEqual({ by: 1 });
  });

  it("tells its times with a zone, in order", async () => {
    const { timeRequested, timeStarted, timeCompleted } = (await invoke("noop", {}, "wait=5")).json();
    for (const time of [timeRequested, timeStarted, timeCompleted]) expect(time).toMatch(/^\d{4}-.*T.*Z$/);
    expect([timeRequested, timeStarted, timeCompleted]).toEqual([timeRequested, timeStarted, timeCompleted].sort());
  });

  it("that runs is answered at once when the client does not want to wait", async () => {
    const { id, status, timeCompleted } = (await invoke("slow_count", { n: 3, delay: 1 })).json();
    expect([status, timeCompleted]).toEqual(["running", null]);
    const queued = (await invoke("noop")).json();
    expect(queued).toMatchObject({ status: "pending", queuePosition: 0, timeStarted: null });
    expect(queued.waitingFor).toContain("slow_count");
    await cancel(id);
  });

  it("shows progress and log while it runs, and only the new part of the log when asked", async () => {
    const { id } = (await invoke("slow_count", { n: 4, delay: 1 })).json();
    await bench.clock.advance(2000);
    const told = (await get(`/action_invocations/${id}`)).json();
    expect(told).toMatchObject({ status: "running", progress: 50 });
    expect(told.log.map(({ seq, message }: { seq: number; message: string }) => [seq, message])).toEqual([
      [0, "counted 1 of 4"],
      [1, "counted 2 of 4"],
    ]);
    const later = (await get(`/action_invocations/${id}?log_since=1`)).json();
    expect(later.log).toEqual([
      {
        message: "counted 2 of 4",
        levelname: "INFO",
        levelno: 20,
        lineno: 0,
        filename: "counter",
        created: expect.stringMatching(/Z$/),
        exception_type: null,
        traceback: null,
        seq: 1,
        thing: "counter",
      },
    ]);
    await cancel(id);
  });

  it("is answered as soon as it has ended when a poll waits for it", async () => {
    const { id } = (await invoke("slow_count", { n: 2, delay: 1 })).json();
    const polled = bench.clock.until(Promise.resolve(get(`/action_invocations/${id}?wait=30`)));
    expect((await polled).json().status).toBe("completed");
  });

  it("is answered when the server closes, rather than holding it up", async () => {
    const own = await openCounterBench();
    const headers = { "content-type": "application/json", prefer: "wait=60" };
    const payload = '{"n":9,"delay":9}';
    const posted = own.app.inject({ method: "POST", url: "/counter/slow_count", headers, payload });
    const answer = posted.then((response) => response.json().status);
    while ((await own.gateway.invocations.list({})).length === 0) await own.clock.advance(0);
    await own.close();
    expect(await answer).toBe("running");
  });

  it("tells who cancelled it and why", async () => {
    const { id } = (await invoke("slow_count")).json();
    expect((await cancel(id)).json()).toBe(null);
    await bench.clock.advance(0);
    expect((await get(`/action_invocations/${id}`)).json()).toMatchObject({
      status: "cancelled",
      reason: "client",
      error: { title: "InvocationCancelledError" },
    });
    const again = await cancel(id);
    expect([again.statusCode, again.json()]).toEqual([
      409,
      { detail: "The invocation is cancelled and may not be cancelled." },
    ]);
  });

  it("F25: cancelled by a thousand clients at once is cancelled once, and tells each of them the same", async () => {
    const { id } = (await invoke("slow_count", { n: 5, delay: 10 })).json();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => cancel(id)));
    const told = new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`));
    expect([...told]).toEqual(["200 null"]);
    await bench.clock.advance(0);
    const { status, log } = (await get(`/action_invocations/${id}`)).json();
    const cancels = log.filter(({ message }: { message: string }) => message.includes("cancelled by"));
    expect([status, cancels.length]).toEqual(["cancelled", 1]);
  });

  it("F25: that waits, cancelled by many at once, is cancelled for the first, and has ended for the others", async () => {
    const { id: running } = (await invoke("slow_count", { n: 5, delay: 10 })).json();
    const { id } = (await invoke("noop")).json();
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));
    const [first, ...others] = answers.map(({ statusCode }) => statusCode);
    expect([first, new Set(others)]).toEqual([200, new Set([409])]);
    await cancel(running);
  });

  it("keeps where an unexpected failure arose in its log", async () => {
    const { log, error } = (await invoke("fail", { message: "kaput" }, "wait=5")).json();
    expect(log.at(-1)).toMatchObject({ levelname: "ERROR", exception_type: "Error", message: "kaput" });
    expect(log.at(-1).traceback).toContain("counter.ts");
    expect(error).toEqual({ detail: "kaput", type: "about:blank", status: 500, title: "Error", instance: null });
  });

  it("has an output only once it has completed", async () => {
    const { id } = (await invoke("zero", {}, "wait=5")).json();
    const output = await get(`/action_invocations/${id}/output`);
    expect([output.statusCode, output.json()]).toEqual([200, 0]);
    const { id: failed } = (await invoke("fail_handled", {}, "wait=5")).json();
    expect((await get(`/action_invocations/${failed}/output`)).statusCode).toBe(503);
  });
});

describe("a list of invocations", () => {
  let seqs: number[];
  beforeAll(async () => {
    for (let i = 0; i < 5; i++) await invoke("zero", {}, "wait=5", "helper");
    const all = await bench.gateway.invocations.list({ thing: "helper" });
    seqs = all.map(({ seq }) => seq);
  });
  const listed = (answer: { json(): { seq: number }[] }) => answer.json().map(({ seq }) => seq);

  it("is in the order of requests and can be narrowed", async () => {
    expect(listed(await get("/action_invocations?thing=helper"))).toEqual(seqs);
    expect(listed(await get("/action_invocations?thing=helper&action=noop"))).toEqual([]);
    expect(listed(await get("/action_invocations?thing=helper&status=completed"))).toEqual(seqs);
    expect(listed(await get("/helper/zero"))).toEqual(seqs);
    expect(listed(await get("/action_invocations?thing=helper&since=2999-01-01T00:00:00Z"))).toEqual([]);
    expect(listed(await get("/action_invocations?thing=helper&since=2000-01-01T00:00:00Z"))).toEqual(seqs);
  });

  it("F24: comes in pages, the newest first, with a link to the older ones", async () => {
    const pages: number[][] = [];
    let url: string | undefined = "/action_invocations?thing=helper&limit=2";
    while (url !== undefined) {
      const answer = await get(url);
      pages.push(listed(answer));
      url = /^<http:\/\/localhost(?::80)?([^>]+)>; rel="next"$/.exec(String(answer.headers.link ?? ""))?.[1];
    }
    expect(pages).toEqual([seqs.slice(3), seqs.slice(1, 3), seqs.slice(0, 1)]);
  });

  it("leaves out input, output and log", async () => {
    const [entry] = (await get("/helper/zero")).json();
    for (const key of ["input", "output", "log", "error"]) expect(entry).not.toHaveProperty(key);
  });
});
