import { expect, it } from "vitest";
import { Connection } from "../../src/client/connection.ts";
import { RefusedError } from "../../src/client/errors.ts";
import { once } from "../../src/client/once.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

/** A gateway, or what stands before it, that answers one request after the other. */
function asked(...answers: readonly number[]) {
  const clock = new DiscreteClock();
  const keys: (string | null)[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    // It is the same one all the time.
    if (String(url).endsWith("/gateway/about")) return Response.json({ startedAt: "2026-11-21T10:00:00Z" });
    keys.push(new Headers(init?.headers).get("idempotency-key"));
    return Response.json({ detail: "no" }, { status: answers[keys.length - 1] ?? 200 });
  };
  const connection = new Connection({ url: "http://bench", fetch, clock });
  return { clock, keys, work: once(connection, { method: "POST", path: "/pump/dispense" }) };
}

it("what stands between may have lost the answer: it is asked for again under the same key", async () => {
  const { clock, keys, work } = asked(502, 504);
  expect(await clock.until(work)).toMatchObject({ status: 200 });
  expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
});

it.each([409, 422, 429, 500, 503])("what the gateway itself refuses with %i is not asked again", async (status) => {
  const { clock, keys, work } = asked(status);
  await expect(clock.until(work)).rejects.toBeInstanceOf(RefusedError);
  expect([keys.length, clock.now()]).toEqual([1, 0]);
});
