import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCounterBench } from "./counter-bench.ts";
import { openGuarded } from "./guarded-bench.ts";
import { SocketClient } from "./socket-client.ts";

let bench: Awaited<ReturnType<typeof openGuarded>>;
beforeEach(async () => {
  bench = await openGuarded();
});
afterEach(() => bench.close());

const states = async (text: string) => (await bench.ask("/thing_states", { headers: bench.bearer(text) })).status;
const end = (text: string) => bench.ask("/gateway/session", { method: "DELETE", headers: bench.bearer(text) });

describe("a session", () => {
  it("is what a token is exchanged for, and does what that may", async () => {
    const answer = await bench.ask("/gateway/session", { method: "POST", headers: bench.bearer(bench.operator) });
    const { session, until, name } = (await answer.json()) as Record<string, string>;
    expect([answer.status, name, answer.headers.get("cache-control")]).toEqual([201, "olga", "no-store"]);
    expect(Date.parse(until ?? "") - Date.now()).toBeGreaterThan(11.9 * 3600_000);
    expect(session).not.toBe(bench.operator);
    const headers = bench.bearer(session ?? "");
    expect((await bench.ask("/counter/increment", { method: "POST", headers })).status).toBe(201);
    const invocations = await bench.gateway.invocations.list({});
    expect(invocations.map(({ requestedBy }) => requestedBy)).toEqual(["olga"]);
    expect((await bench.ask("/emergency_stop", { method: "DELETE", headers })).status).toBe(403);
  });

  it("stands in the audit trail with who has begun and ended it, and from where", async () => {
    await end(await bench.signIn(bench.operator));
    const told = bench.gateway.audit.page({ limit: 10, what: "session" });
    expect(told.map(({ by, from, what }) => [what, by, from])).toEqual([
      ["session.ended", "olga", "127.0.0.1"],
      ["session.begun", "olga", "127.0.0.1"],
    ]);
  });

  it("sets no cookie, and is in no log", async () => {
    const answer = await bench.ask("/gateway/session", { method: "POST", headers: bench.bearer(bench.admin) });
    const { session } = (await answer.json()) as { session: string };
    expect(answer.headers.get("set-cookie")).toBeNull();
    await bench.ask(`/things/?access_token=${session}`, { headers: bench.bearer(session) });
    expect(bench.logged().join("\n")).not.toContain(session.slice(-20));
  });

  it("is begun with a token only", async () => {
    const session = await bench.signIn(bench.admin);
    for (const [text, status] of [
      [session, 403],
      ["benchd_nonsense", 401],
    ] as const)
      expect((await bench.ask("/gateway/session", { method: "POST", headers: bench.bearer(text) })).status).toBe(
        status,
      );
    expect((await bench.ask("/gateway/session", { method: "POST" })).status).toBe(401);
    expect(bench.sessions.size).toBe(1);
  });

  it("ends when it is signed out, and its token stays", async () => {
    const session = await bench.signIn(bench.admin);
    expect(await states(session)).toBe(200);
    expect((await end(session)).status).toBe(204);
    expect([await states(session), (await end(session)).status, await states(bench.admin)]).toEqual([401, 401, 200]);
    expect((await end(bench.admin)).status).toBe(404);
  });

  it("ends with its token, and by itself", async () => {
    const [one, two] = [await bench.signIn(bench.admin), await bench.signIn(bench.operator)];
    await bench.revoke(bench.admin);
    expect([await states(one), await states(two)]).toEqual([401, 200]);
    await bench.sessionClock.advance(12 * 3600_000);
    expect([await states(two), await states(bench.operator)]).toEqual([401, 200]);
  });

  it("takes with it what it holds open, and nothing of its token or of another", async () => {
    const [mine, other] = [await bench.signIn(bench.admin), await bench.signIn(bench.admin)];
    const listen = async (text: string) =>
      (await bench.ask("/events", { headers: bench.bearer(text) })).body?.getReader();
    const [ends, stays, own] = [await listen(mine), await listen(other), await listen(bench.admin)];
    const socket = await SocketClient.open(`ws://${bench.url.host}/counter/ws`, { headers: bench.bearer(mine) });
    for (const reader of [ends, stays, own]) await reader?.read();
    await end(mine);
    await socket.closed;
    expect((await ends?.read())?.done).toBe(true);
    bench.gateway.emergencyStop.trip("a test");
    for (const reader of [stays, own]) expect((await reader?.read())?.done).toBe(false);
    await Promise.all([stays?.cancel(), own?.cancel()]);
  });
});

it("nobody needs a session where no token is asked for", async () => {
  const open = await openCounterBench();
  for (const method of ["POST", "DELETE"] as const) {
    const answer = await open.app.inject({ method, url: "/gateway/session", headers: bench.bearer(bench.admin) });
    expect([answer.statusCode, answer.json().detail]).toEqual([404, expect.stringContaining("asks for no token")]);
  }
  await open.close();
});

describe("the WebSocket of a page", () => {
  const opened = (protocols: string | undefined, more: Record<string, string> = {}) =>
    SocketClient.open(`ws://${bench.url.host}/counter/ws`, {
      headers: { ...(protocols !== undefined && { "sec-websocket-protocol": protocols }), ...more },
    }).then(
      ({ head, socket }) => {
        socket.destroy();
        return /sec-websocket-protocol: (.*)/i.exec(head)?.[1] ?? "none";
      },
      (error: Error) => error.message.slice(0, 12),
    );

  it("is opened by a token or a session among its protocols, and that is not the one chosen", async () => {
    const session = await bench.signIn(bench.reader);
    for (const text of [session, bench.reader]) {
      expect(await opened(`benchd, benchd.bearer.${text}`)).toBe("benchd");
      expect(await opened(`benchd.bearer.${text},benchd`)).toBe("benchd");
      expect(await opened(`benchd.bearer.${text}`)).toBe("none");
    }
  });

  it("is refused without one, with a wrong one, and with two", async () => {
    for (const protocols of [undefined, "benchd", "benchd, benchd.bearer.", `benchd, benchd.bearer.x${bench.reader}`])
      expect(await opened(protocols)).toBe("HTTP/1.1 401");
    expect(await opened(`benchd.bearer.${bench.reader}, benchd.bearer.${bench.admin}`)).toBe("HTTP/1.1 401");
  });

  it("is nobody else's: what a browser adds by itself does not count beside it", async () => {
    const basic = `Basic ${Buffer.from(`ada:${bench.admin}`).toString("base64")}`;
    expect(await opened("benchd, benchd.bearer.wrong", { authorization: basic })).toBe("HTTP/1.1 401");
    expect(await opened(`benchd, benchd.bearer.${bench.reader}`, { authorization: basic })).toBe("benchd");
  });

  it("takes its token nowhere else, and to no log", async () => {
    const headers = { "sec-websocket-protocol": `benchd, benchd.bearer.${bench.admin}` };
    expect((await bench.ask("/things/", { headers })).status).toBe(401);
    await opened(headers["sec-websocket-protocol"]);
    expect(bench.logged().join("\n")).not.toContain(bench.admin.slice(-20));
  });
});
