import pino from "pino";
import { describe, expect, it } from "vitest";
import { replyAddress } from "../../src/mqtt/reply-address.ts";
import { targetOf } from "../../src/mqtt/wanted.ts";
import { base, bearer, openAsked, replies } from "../mqtt/asked-bench.ts";

type Asked = Awaited<ReturnType<typeof openAsked>>;

async function withToken(at: Asked, name: string, things: readonly string[]) {
  const token = await at.make(name, [{ scope: "operate", things }]);
  await at.refresh();
  return token;
}

describe("A29: requests over a broker, by whoever may publish there", () => {
  it("does nothing for a token of another Thing, one that is none, or none at all, and tells them nothing of what is there", async () => {
    const at = await openAsked();
    const token = await withToken(at, "olga", ["other"]);
    const nobody = [
      {},
      bearer("benchd_000000000000_0000000000000000000000000000000000000000000"),
      { authorization: "x" },
    ];
    const words: unknown[] = [];
    for (const user of [...nobody, bearer(token)]) {
      at.ask("dose", { user });
      at.ask("dose", { user, thing: "nowhere" });
      at.ask("nothing", { user });
      const all = await at.answered(words.length * 3 + 3);
      const now = all.slice(-3);
      words.push(new Set(now.map(({ status, text }) => `${status} ${text}`)).size);
      expect(now.every(({ status }) => status === (user === nobody[0] || nobody.includes(user) ? 401 : 404))).toBe(
        true,
      );
    }
    // Hidden, not there, or without that action: it is all one.
    expect(words).toEqual([1, 1, 1, 1]);
    expect(at.device.done).toEqual([]);
  });

  it("ends with its token: what was revoked while it ran is told nothing of its end, and asks for nothing more", async () => {
    const at = await openAsked();
    const token = await withToken(at, "ada", ["doser"]);
    at.ask("slow", { user: bearer(token) });
    expect((await at.answered(1))[0]).toMatchObject({ status: 201, final: "false" });
    await at.revoke(token);
    await at.clock.advance(1000);
    expect((await at.answered(2))[1]).toMatchObject({ status: 401, final: "true" });
    at.ask("dose", { user: bearer(token) });
    expect((await at.answered(3))[2]).toMatchObject({ status: 401 });
    expect(at.device.done).toEqual([5]);
  });

  it("tells no token and no secret of ours to anybody: neither broker nor log", async () => {
    const lines: string[] = [];
    const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
    for (const requests of ["tokens", "[operate]"]) {
      const at = await openAsked({ requests, log });
      const token = await withToken(at, "ada", ["doser"]);
      at.ask("dose", { user: bearer(token), properties: { responseTopic: "$SYS/x" } });
      at.ask("dose", { user: { authorization: [`Bearer ${token}`, "again"] } });
      at.ask("dose", { user: bearer(token), payload: JSON.stringify({ mL: token }) });
      at.ask("slow", { user: bearer(token) });
      await at.answered(3);
      const all = [...lines, JSON.stringify(at.link.sent), JSON.stringify(at.gateway.audit.page({ limit: 1000 }))].join(
        "\n",
      );
      expect(all).not.toContain(token.split("_").slice(2).join("_"));
      for (const secret of Object.values(at.inside?.headers ?? {})) expect(all).not.toContain(secret);
    }
  });

  it("is not let in from outside as if from inside, nor from MQTT by a name of its own", async () => {
    const at = await openAsked({ requests: "[operate]" });
    for (const shown of ["", "x", "x".repeat(43), "mqtt"]) {
      const asked = { method: "POST", url: "/doser/dose", payload: { mL: 5 } } as const;
      const answer = await at.app.inject({ ...asked, headers: { "benchd-inside": shown } });
      expect(answer.statusCode).toBe(401);
    }
    const tokens = await openAsked();
    tokens.ask("dose", { user: { "benchd-inside": Object.values(at.inside?.headers ?? {})[0] ?? "" } });
    expect((await tokens.answered(1))[0]).toMatchObject({ status: 401 });
    expect([...at.device.done, ...tokens.device.done]).toEqual([]);
  });

  it("reaches nothing but actions of Things, whatever names stand in its topic", async () => {
    const at = await openAsked({ requests: "[admin]" });
    const names = [
      ["gateway", "session"],
      ["gateway", "runs"],
      ["doser", "lease"],
      ["doser", "quarantine"],
      ["doser", "rate"],
      ["doser", "reset"],
      ["doser", "constructor"],
      ["doser", "__proto__"],
      ["..", "emergency_stop"],
      ["%2e%2e", "dose"],
      ["doser", "dose?x"],
      ["doser", "dose#"],
      ["doser", "+"],
      ["+", "dose"],
      ["$SYS", "dose"],
      ["do ser", "do\u0000se"],
    ] as const;
    for (const [thing, action] of names) at.ask(action, { thing });
    const all = await at.answered(names.length);
    expect(all.map(({ status }) => status)).toEqual(names.map(() => 404));
    for (const topic of [
      `${base}/things/doser/request`,
      `${base}/things/a/b/stop/request`,
      `${base}x/emergency_stop/request`,
      "benchd/bench-3",
      "#",
      "",
    ])
      expect(targetOf(topic, base)).toBeUndefined();
    expect(at.gateway.leases.of("doser")).toBeUndefined();
    expect([at.device.done, at.gateway.emergencyStop.latch]).toEqual([[], undefined]);
  });

  it("is told of nothing that it may not touch, nor is what is not told of touched", async () => {
    const at = await openAsked({ requests: "[operate]", things: "[other]" });
    at.ask("dose");
    at.ask("dose", { thing: "other" });
    expect((await at.answered(2)).map(({ status }) => status).toSorted()).toEqual([201, 404]);
    at.link.deliver(`${base}/things/doser/actions/slow/cancel`, {
      payload: JSON.stringify({ id: crypto.randomUUID() }),
      properties: { responseTopic: replies },
    });
    expect((await at.answered(3))[2]).toMatchObject({ status: 404 });
    expect(at.device.done).toEqual([5]);
  });

  it("gets no answer where an answer would be a lie, or a request", async () => {
    const at = await openAsked({ requests: "[operate]" });
    const topics = [
      `${base}/status`,
      `${base}/things/doser/state`,
      `${base}/things/doser/actions/dose/request`,
      "benchd/bench-4/emergency_stop/request",
      "benchd",
      "benchd/replies",
      "other/bench-1/emergency_stop/request",
      "other/things/pump/actions/dose/cancel",
      "other/bench-1/things/pump/stop/request",
      "lab/+/replies",
      "lab/#",
      "#",
      "$SYS/broker",
      "$share/x/y",
      "lab\u0000",
      "lab\nx",
      "x".repeat(513),
    ];
    for (const responseTopic of topics) {
      expect(replyAddress({ responseTopic }, "benchd").refused).toBeDefined();
      at.ask("dose", { properties: { responseTopic } });
    }
    at.ask("dose", { properties: { correlationData: new Uint8Array(1025) } });
    await at.settle();
    expect([at.device.done, at.link.sent]).toEqual([[], []]);
    for (const fine of ["lab/ada", "benchdx/a", "/", "lab/ü", "lab/request"])
      expect(replyAddress({ responseTopic: fine }, "benchd").address?.topic).toBe(fine);
  });

  it("cannot take a lease by its number: what is leased by somebody else is refused", async () => {
    const at = await openAsked({ requests: "[operate]" });
    const options = { seconds: 600, note: "mine", onLoss: "finish" } as const;
    const { number } = await at.gateway.leases.take("doser", "ada", options);
    at.ask("dose", { user: { "lease-number": String(number) } });
    at.ask("dose");
    expect((await at.answered(2)).map(({ status }) => status)).toEqual([409, 409]);
    expect(at.device.done).toEqual([]);
  });
});
