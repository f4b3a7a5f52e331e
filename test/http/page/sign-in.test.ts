import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openGuarded } from "../guarded-bench.ts";

/** The script is for browsers, and has no types. */
const { Desk, inWords, pathOf } = await import(new URL("../../../src/http/page/sign-in.js", import.meta.url).href);

type Send = (path: string, init: RequestInit) => Promise<Response>;

/** A tab that is at this gateway, without a browser: what it shows, in words. */
function openTab(send: Send) {
  const kept = new Map<string, string>();
  const shown: string[] = [];
  const asked: string[] = [];
  const view = {
    tell: (text: string) => void shown.push(`says ${text}`),
    askForToken: (text: string) => void shown.push(`asks for a token ${text}`),
    signedIn: (name: string) => void shown.push(`signed in as ${name}`),
    show: (as: string, path: string, what: unknown) =>
      void shown.push(`${as} ${path} ${typeof what === "string" ? what : "…"}`),
  };
  const desk = new Desk({
    view,
    kept: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    },
    send: (path: string, init: RequestInit) => {
      asked.push(`${init.method} ${path}`);
      return send(path, init);
    },
  });
  return { desk, kept, asked, told: () => shown.splice(0) };
}

describe("a tab at a gateway that asks for tokens", () => {
  let bench: Awaited<ReturnType<typeof openGuarded>>;
  let tab: ReturnType<typeof openTab>;
  beforeEach(async () => {
    bench = await openGuarded();
    tab = openTab((path, init) => fetch(new URL(path, bench.url), init));
  });
  afterEach(() => bench.close());

  it("asks for a token before it asks for anything else", async () => {
    await tab.desk.open("/");
    expect([tab.told(), tab.asked]).toEqual([["asks for a token "], []]);
  });

  it("exchanges the token for a session, and keeps that only", async () => {
    expect(await tab.desk.signIn(` ${bench.operator}\n`)).toBe(true);
    expect([...tab.kept.keys()]).toEqual(["benchd.session", "benchd.name"]);
    expect([...tab.kept.values()].join()).not.toContain(bench.operator);
    await tab.desk.open("/");
    const [name, said, page] = tab.told();
    expect([name, said, page?.slice(0, 23)]).toEqual(["signed in as olga", "says ", "page / <!doctype html>\n"]);
    expect(page).toContain('href="/counter/"');
  });

  it.each([
    ["benchd_wrong", "asks for a token The gateway does not take this token: it may be misspelt, revoked or expired."],
    ["two words", "asks for a token That is no token: it has letters, digits, _ and - only."],
    ["tökén", "asks for a token That is no token: it has letters, digits, _ and - only."],
    ["", "asks for a token That is no token: it has letters, digits, _ and - only."],
  ])("says in words why it does not take %j", async (text, said) => {
    expect([await tab.desk.signIn(text), tab.told(), tab.kept.size]).toEqual([false, [said], 0]);
  });

  it("presses what is to be pressed, and shows how the bench is then", async () => {
    await tab.desk.signIn(bench.operator);
    await tab.desk.press("POST", "/emergency_stop");
    expect(bench.gateway.emergencyStop.latch?.by).toBe("olga");
    expect(tab.told().join()).toMatch(/says Asking the gateway….*says Done\..*The emergency stop is latched/s);
    await tab.desk.press("POST", "/emergency_stop/clear");
    expect(tab.told().join()).toContain("says The gateway refuses: that needs the scope admin");
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
  });

  it("signs out: the session is over here and there", async () => {
    await tab.desk.signIn(bench.operator);
    await tab.desk.signOut();
    expect([tab.kept.size, bench.sessions.size]).toEqual([0, 0]);
    expect(tab.told().at(-1)).toBe("asks for a token You have signed out.");
  });

  it("forgets a session that has ended, and says what was not done", async () => {
    for (const [ask, said] of [
      [() => tab.desk.open("/"), "Your session is over: sign in again."],
      [() => tab.desk.press("POST", "/emergency_stop"), "Your session is over, and that was NOT done: sign in again."],
    ] as const) {
      await tab.desk.signIn(bench.admin);
      bench.sessions.close();
      tab.told();
      await ask();
      expect([tab.told().at(-1), tab.kept.size]).toEqual([`asks for a token ${said}`, 0]);
    }
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });
});

describe("what a tab is answered", () => {
  const html = "<script>alert(1)</script>";
  const answer = (body: string, type: string, status = 200) =>
    new Response(body, { status, headers: { "content-type": type } });
  async function looking(path: string, ...answers: readonly (Response | Error)[]) {
    const left = [...answers];
    const tab = openTab(async () => {
      const next = left.shift() ?? new Error("nobody is there");
      if (next instanceof Error) throw next;
      return next;
    });
    tab.kept.set("benchd.session", "a session").set("benchd.name", "ada");
    await tab.desk.open(path);
    return { told: tab.told().slice(1), asked: tab.asked };
  }

  it.each([
    ["text/html; charset=utf-8", html, `text /blob/1 ${html}`],
    ["text/plain", html, `text /blob/1 ${html}`],
    ["application/json", '{"a":1}', 'text /blob/1 {\n  "a": 1\n}'],
    ["application/problem+json", "{", "text /blob/1 {"],
    ["image/png", "x", "picture /blob/1 …"],
    ["image/svg+xml", html, "text /blob/1 This is image/svg+xml: a program can fetch it."],
    ["application/xhtml+xml", html, "text /blob/1 This is application/xhtml+xml: a program can fetch it."],
    ["text/event-stream", "", "text /blob/1 This is text/event-stream: a program can fetch it."],
  ])("is a page of ours at / only: %s elsewhere is not", async (type, body, shown) => {
    expect((await looking("/blob/1", answer(body, type))).told).toEqual(["says ", shown]);
  });

  it("is one picture of those that replace one another", async () => {
    const { asked } = await looking(
      "/c/s",
      answer("", "multipart/x-mixed-replace; boundary=x"),
      answer("x", "image/jpeg"),
    );
    expect(asked).toEqual(["GET /c/s", "GET /c/s?frames=1"]);
  });

  it("is told in words when it is a refusal, or none", async () => {
    expect((await looking("/x", answer('{"detail":"Not Found"}', "application/json", 404))).told).toEqual([
      "says The gateway refuses: Not Found",
    ]);
    expect((await looking("/x", new Error("cut off"))).told).toEqual(["says The gateway does not answer."]);
  });

  it("does not come too late: only what was asked for last is shown", async () => {
    const waiting: ((response: Response) => void)[] = [];
    const tab = openTab(() => new Promise((resolve) => void waiting.push(resolve)));
    tab.kept.set("benchd.session", "a session").set("benchd.name", "ada");
    const both = [tab.desk.open("/first"), tab.desk.open("/second")];
    waiting[1]?.(answer("2", "text/plain"));
    waiting[0]?.(answer("1", "text/plain"));
    await Promise.all(both);
    expect(tab.told()).toEqual(["signed in as ada", "says ", "text /second 2"]);
  });

  it("is not known after a button whose answer is lost, and that is said", async () => {
    const tab = openTab(() => Promise.reject(new Error("cut off")));
    await tab.desk.press("POST", "/emergency_stop");
    expect(tab.told().at(-1)).toContain("Nobody knows whether that was done: look at the devices.");
  });

  it.each([
    ['{"detail":[{"msg":"too large"},{"msg":"too late"}]}', "too large; too late"],
    ['{"title":"Busy"}', "Busy"],
    ['{"detail":{}}', "it answers with status 422"],
    ["<html>", "it answers with status 422"],
    ["null", "it answers with status 422"],
  ])("%s says %s", async (body, words) => {
    expect(await inWords(answer(body, "application/json", 422))).toBe(`The gateway refuses: ${words}`);
  });
});

it.each([
  ["/things/?a=b#c", "/things/?a=b"],
  ["//evil.example/x", "/"],
  ["http://evil.example/x", "/"],
  ["javascript:alert(1)", "/"],
  ["http://bench.local:5000@evil.example", "/"],
  ["http://[", "/"],
  ["\\\\evil.example", "/"],
])("the link %s leads to %s", (link, path) => {
  expect(pathOf(link, "http://bench.local:5000")).toBe(path);
});
