import { afterEach, beforeEach, expect, test } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench();
});
afterEach(() => bench.close());

const secret = "S3cr3t-S3cr3t_S3cr3t-S3cr3t_S3cr3t-S3cr3t_x";
const token = `benchd_0123456789ab_${secret}`;
const json = { "content-type": "application/json" };

/** Whatever can be read of a bench, by whoever may read all of it. */
async function everything(): Promise<string> {
  const urls = [
    ...[
      "/gateway/audit",
      "/gateway/history",
      "/gateway/history?format=csv",
      "/gateway/history?format=ndjson",
      "/actions",
    ],
    ...["/action_invocations", "/emergency_stop", "/gateway/interlocks", "/counter/lease", "/thing_states", "/"],
  ];
  const answers = await Promise.all(urls.map((url) => bench.app.inject(url)));
  const events = bench.gateway.events.after(0);
  return JSON.stringify([answers.map(({ body }) => body), events, bench.logged()]);
}

test("a token that somebody puts into a body, by letters or by escapes, is refused, and not kept, told or repeated", async () => {
  const escaped = `"${[...token].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;
  const bodies = [JSON.stringify(token), escaped, `{"note":"my ${token}"}`, `{"a":"${token}`];
  const targets = [
    ["POST", "/counter/echo"],
    ["POST", "/counter/lease"],
    ["PUT", "/counter/gain"],
    ["POST", "/things/counter/actions/echo"],
    ["PUT", "/things/counter/properties"],
  ] as const;
  for (const [method, url] of targets)
    for (const payload of bodies) {
      const answer = await bench.app.inject({ method, url, payload, headers: json });
      expect([url, answer.statusCode, answer.body.includes(secret)]).toEqual([
        url,
        url.startsWith("/things") ? 400 : 422,
        false,
      ]);
      expect(answer.body).toContain("Authorization");
    }
  expect(await everything()).not.toContain(secret);
});

test("what is left of a token in a reason is not kept or told, and keeps nobody from stopping", async () => {
  // A whole one in an address is refused.
  const reason = encodeURIComponent(`smoke ${token.slice(0, 30)}`);
  expect((await bench.app.inject({ method: "POST", url: `/emergency_stop?reason=${reason}` })).statusCode).toBe(200);
  await bench.app.inject({ method: "DELETE", url: `/emergency_stop?reason=${reason}` });
  await bench.gateway.leases.take("counter", "ada", { seconds: 60, note: "", onLoss: "finish" });
  await bench.app.inject({ method: "POST", url: `/counter/lease?break=true&reason=${reason}` });
  const told = await everything();
  expect(told).toContain("smoke benchd_0123456789ab_[redacted]");
  expect(told).not.toContain(secret.slice(0, 10));
});

test("an error answer that repeats what it was sent repeats no token", async () => {
  for (const url of [
    `/gateway/audit?limit=${token}`,
    `/gateway/history/${token}`,
    `/events?kind=${token}`,
    `/${token}/x`,
  ]) {
    const { statusCode, body } = await bench.app.inject(url);
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(body).not.toContain(secret);
  }
});
