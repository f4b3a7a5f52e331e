import { expect, test } from "vitest";
import { Stop } from "../../dashboard/bench/stop.ts";
import { isStop } from "../../dashboard/frame/stop-keys.ts";
import { wordsOfStop } from "../../dashboard/frame/stop-words.ts";
import { Connection } from "../../src/client/connection.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

const url = "http://bench.example";

/** What a gateway answers to one press after the other; undefined never comes. */
function gatewayThat(...answers: readonly (Response | Error | undefined)[]) {
  const clock = new DiscreteClock();
  const sent: (string | null)[] = [];
  const left = [...answers];
  const fetch = (_: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("authorization"));
    const answer = left.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer) return Promise.resolve(answer);
    return new Promise<Response>((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  };
  const connection = new Connection({ url, token: "a-session", fetch, clock });
  const stop = new Stop(connection, new Connection({ url, fetch, clock }));
  return { stop, clock, sent, words: () => wordsOfStop(stop.now.value) };
}

const json = (status: number, body: unknown) => Response.json(body, { status });
const pressed = (things: unknown) => ({
  stopped: true,
  at: "2026-11-20T10:00:00Z",
  by: "anna",
  things,
  persisted: true,
});

test("a press that everything has confirmed says so, with the names", async () => {
  const { stop, clock, sent, words } = gatewayThat(
    json(200, pressed({ pump: { confirmed: true }, ph: { confirmed: true } })),
  );
  await stop.press();
  expect(words()).toMatchObject({ look: "good", confirmed: ["pump", "ph"], unconfirmed: [] });
  expect([sent, clock.nextDue()]).toEqual([["Bearer a-session"], undefined]);
});

test("a Thing that has not confirmed it is named first, and nothing is said to be stopped then", async () => {
  const things = { pump: { confirmed: false, error: "x".repeat(9999) }, ph: { confirmed: true } };
  const { stop, words } = gatewayThat(json(200, pressed(things)));
  await stop.press();
  expect(words()).toMatchObject({ look: "bad", unconfirmed: [["pump", "x".repeat(300)]] });
  expect(words()?.text).toContain("NOT everything has confirmed it");
});

test.each([
  ["not all in time", json(202, { ...pressed(null), persisted: null }), "bad"],
  ["without names, to who may see none", json(200, { stopped: true, confirmed: true }), "good"],
  ["without names, and not confirmed", json(202, { stopped: true, confirmed: null }), "bad"],
])("an answer that tells %s is not made more of", async (_, answer, look) => {
  const { stop, words } = gatewayThat(answer);
  await stop.press();
  expect(words()?.look).toBe(look);
});

test("a latch that is not on the disk is told", async () => {
  const { stop, words } = gatewayThat(json(200, { ...pressed({}), persisted: false }));
  await stop.press();
  expect(words()?.text).toContain("would not survive a power cut");
});

test("when the session is over it is pressed as anybody may", async () => {
  const over = json(401, { detail: "only who has a token" });
  const { stop, sent, words } = gatewayThat(over, json(200, { stopped: true, confirmed: true }));
  await stop.press();
  expect([sent, words()?.look]).toEqual([["Bearer a-session", null], "good"]);
});

test("where nobody may press it without a token, that is said", async () => {
  const over = () => json(401, { detail: "only who has a token" });
  const { stop, words } = gatewayThat(over(), over());
  await stop.press();
  expect(words()?.text).toContain("NOT stopped: the gateway has refused it. only who has a token");
});

test("what nobody answers is sent again for a while, and then not known to be stopped", async () => {
  const { stop, clock, sent, words } = gatewayThat(new TypeError("failed"), undefined, json(503, {}), undefined);
  const done = stop.press();
  expect(words()?.text).toBe("Stopping…");
  await clock.advance(100);
  expect(words()?.text).toContain("NOT known to be stopped. Sending it again");
  await clock.until(done);
  expect(sent).toHaveLength(4);
  expect(clock.now()).toBeLessThanOrEqual(12_000);
  expect(words()).toMatchObject({ look: "bad", text: expect.stringContaining("NOT known to be stopped") });
});

test("each press is sent, and what is told is what came of the latest", async () => {
  const { stop, clock, sent, words } = gatewayThat(undefined, json(200, pressed({ pump: { confirmed: true } })));
  const first = stop.press();
  await stop.press();
  expect([sent.length, words()?.look]).toEqual([2, "good"]);
  await clock.advance(2999);
  expect(words()?.look).toBe("good");
  await clock.until(first);
  expect(words()?.look).toBe("good");
});

test("the keys are three, once, wherever the X is", () => {
  const none = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false };
  const held = { ...none, ctrlKey: true, shiftKey: true };
  expect(isStop({ ...held, key: "X", code: "KeyX" })).toBe(true);
  expect(isStop({ ...held, key: "x", code: "KeyB" })).toBe(true);
  expect(isStop({ ...held, key: "Ч", code: "KeyX" })).toBe(true);
  for (const other of [{ ctrlKey: false }, { shiftKey: false }, { altKey: true }, { metaKey: true }, { repeat: true }])
    expect(isStop({ ...held, key: "X", code: "KeyX", ...other })).toBe(false);
  // What is there on this keyboard counts: that may be another shortcut.
  expect(isStop({ ...held, key: "Q", code: "KeyX" })).toBe(false);
});
