import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settled } from "../../src/discrete-clock.ts";
import { filled, whoHeader } from "./asking.ts";
import { openSecretBench, secret } from "./secret-bench.ts";

let stand: Awaited<ReturnType<typeof openSecretBench>>;
/** What the boss has made, of the hidden Thing and of the others. */
let hidden: Record<
  "thing" | "id" | "blob_id" | "urn" | "affordance" | "prompt" | "procedure" | "run" | "recording",
  string
>;
/** A run that works with a Thing he may read, and names the other in its words. */
let run: string;
/** Of a Thing he may read, which names the other. */
let recording: string;
/** Asked by the whole itself, beside what the hidden Thing asks as a step of it. */
let question: string;
let own: { readonly thing: string; readonly id: string }[];

beforeEach(async () => {
  stand = await openSecretBench();
  const { ask, zebra, bench } = stand;
  const ran = async (url: string, body?: unknown) => (await ask("boss", "POST", url, body)).json();
  await ask("boss", "PUT", "/zebra/secret_word", "SECRET indeed");
  zebra.ring();
  const { id, output } = await ran("/zebra/secret_picture");
  const urn = (await ask("boss", "GET", "/things/zebra")).json().id;
  const blob_id = output.href.split("/").at(-1);
  const asking = await ask("boss", "POST", "/whole/inquire", undefined, { prefer: "respond-async" });
  await bench.clock.advance(0);
  const prompts = bench.gateway.experiments.prompts.all;
  const [theirs = "", ours = ""] = ["zebra", "whole"].map((asker) => prompts.find(({ thing }) => thing === asker)?.id);
  question = ours;
  const document = "title: SECRET\nsteps: [invoke: zebra.secret_say, { set: plain.on, to: true }]";
  await ask("boss", "PUT", "/gateway/procedures/secretive", { document });
  const begun = async (steps: readonly object[]): Promise<string> => {
    const document = JSON.stringify({ title: "Look after zebra", steps });
    return (await ask("boss", "POST", "/gateway/runs", { document })).json().id;
  };
  const waiting = { ask: "Feed zebra, then go" };
  const theirRun = await begun([{ set: "zebra.secret_word", to: "aloud" }, waiting]);
  run = await begun([{ invoke: "whole.work" }, waiting]);
  const recorded = async (...properties: string[]): Promise<string> => {
    const wanted = { name: "for zebra", properties, onChange: true };
    return (await ask("boss", "POST", "/gateway/recordings", wanted)).json().id;
  };
  recording = await recorded("whole.calm");
  hidden = {
    thing: "zebra",
    id,
    blob_id,
    urn,
    affordance: "secret_word",
    prompt: theirs,
    procedure: "secretive",
    run: theirRun,
    recording: await recorded("zebra.secret_word"),
  };
  await ran("/zebra/secret_say", { text: "aloud" });
  own = [{ thing: "whole", id: asking.json().id }];
  const mine = async (thing: string, action: string, body?: unknown) =>
    own.push({ thing, id: (await ran(`/${thing}/${action}`, body)).id });
  await mine("whole", "work");
  await mine("whole", "fail");
  await mine("plain", "put", { on: true });
  await ask("boss", "POST", "/gateway/calibrations/zebra", { note: "SECRET" });
  await ask("boss", "POST", "/gateway/calibrations/whole", { note: "for zebra", incomplete: "zebra is late" });
  await ask("boss", "POST", "/whole/lease", { note: "for zebra", seconds: 3000 });
  await ask("boss", "POST", "/zebra/secret_hold", undefined, { prefer: "respond-async", "lease-number": "1" });
  await ask("boss", "POST", "/whole/work", undefined, { prefer: "respond-async", "lease-number": "1" }).then((waits) =>
    own.push({ thing: "whole", id: waits.json().id }),
  );
  await ask("boss", "DELETE", "/zebra/quarantine");
  zebra.fine = false;
  await bench.clock.advance(1000);
});
afterEach(() => stand.close());

const bytesOf = ({ statusCode, headers, body }: LightMyRequestResponse) =>
  `${statusCode} ${JSON.stringify(headers)} ${body}`;

/** What an event stream tells at once. */
async function told(who: string, url: string): Promise<string> {
  const answer = await stand.app.inject({
    method: "GET",
    url,
    headers: { accept: "text/event-stream", [whoHeader]: who, "last-event-id": "000000000000-1" },
    payloadAsStream: true,
  });
  const stream = answer.stream();
  let text = "";
  stream.on("data", (piece) => {
    text += piece;
  });
  for (let turn = 0; turn < 50; turn++) await settled();
  stream.destroy();
  return text;
}

describe("of a Thing that somebody may not read", () => {
  it("nothing is in any answer to what he may ask", async () => {
    const { routes, ask } = stand;
    const leaks: string[] = [];
    let asked = 0;
    for (const { method, url: pattern } of routes) {
      for (const one of [method].flat() as ("GET" | "HEAD")[]) {
        if (one !== "GET" && one !== "HEAD") continue;
        for (const { thing, id } of own) {
          const action = thing === "plain" ? "put" : "work";
          const names = {
            thing,
            id,
            action,
            affordance: action,
            blob_id: hidden.blob_id,
            urn: hidden.urn,
            ...{ prompt: question, run, recording },
          };
          const url = filled(pattern, { ...names, interlock: "guard", fault: "none", property: "none", event: "none" });
          for (const query of pattern.includes("history") && !pattern.includes(":id")
            ? ["", "?format=csv", "?format=ndjson"]
            : [""]) {
            // The id that he asks for himself is no news.
            // Nor is what a package has written, years before.
            if (pattern === "/events" || url.includes("/ws") || pattern.startsWith("/docs/static/")) continue;
            const text = bytesOf(await ask("guest", one, `${url}${query}`));
            asked++;
            if (secret.test(text)) leaks.push(`${one} ${url}${query}: ${text.slice(0, 3000)}`);
          }
        }
      }
    }
    expect(leaks).toEqual([]);
    expect(asked).toBeGreaterThan(200);
    // The same questions tell who may see it.
    expect((await ask("guest", "GET", "/gateway/prompts")).json()).toMatchObject([
      { message: "Feed another Thing, then go", thing: "whole" },
      { message: "Feed another Thing, then go", thing: "gateway" },
    ]);
    expect((await ask("guest", "GET", "/gateway/runs")).json()).toMatchObject([
      { id: run, title: "Look after another Thing", positions: [{ text: "ask: Feed another Thing, then go" }] },
    ]);
    for (const url of [
      "/gateway/prompts",
      "/gateway/runs",
      `/gateway/recordings/${recording}/csv`,
      "/thing_states",
      "/gateway/history?format=csv",
      "/gateway/interlocks",
      "/openapi.json",
    ])
      expect([url, secret.test(bytesOf(await ask("boss", "GET", url)))]).toEqual([url, true]);
  });

  it("nothing is in what refuses him", async () => {
    const { ask, bench } = stand;
    const refusals = [
      await ask("guest", "POST", "/plain/put", { on: true }),
      await ask("guest", "POST", "/whole/work"),
      await ask("guest", "POST", "/whole/lease", {}),
      await ask("guest", "POST", "/plain/lease", { things: ["whole"] }),
      await ask("guest", "POST", "/plain/lease", { things: ["zebr"] }),
      await ask("guest", "GET", "/events?thing=zebr"),
      await ask("guest", "POST", "/gateway/interlocks/guard/reset"),
      await ask("guest", "POST", "/gateway/interlocks/guar/reset"),
      await ask("guest", "DELETE", "/whole/lease?break=true&reason=now"),
      await ask("guest", "DELETE", "/emergency_stop"),
      await ask("guest", "GET", "/zebr/"),
    ];
    expect(refusals.map(bytesOf).filter((text) => /zebra|SECRET/.test(text))).toEqual([]);
    expect(refusals.map(({ statusCode }) => statusCode)).toEqual([
      409, 409, 409, 409, 404, 404, 409, 404, 403, 403, 404,
    ]);
    expect(refusals[0]?.json().detail).toMatch(/another Thing is false/);
    bench.gateway.emergencyStop.press("zebra", "zebra: the button of zebra");
    await bench.clock.advance(10);
    const stopped = [await ask("guest", "POST", "/emergency_stop"), await ask("guest", "GET", "/emergency_stop")];
    expect(stopped.map(bytesOf).filter((text) => secret.test(text))).toEqual([]);
    expect(Object.keys(stopped[0]?.json().things)).toEqual(["plain", "whole"]);
  });

  it("nothing is in what he is told as it happens, and all that is his is", async () => {
    const { bench } = stand;
    bench.gateway.emergencyStop.press("zebra", "zebra was pressed");
    await bench.clock.advance(10);
    const text = await told("guest", "/events");
    expect(text).not.toMatch(secret);
    for (const kind of [
      "invocation",
      "steps",
      "log",
      "interlock",
      "lease",
      "emergencyStop",
      "delivery",
      "prompt",
      "run",
      "recording",
    ]) {
      const has = text.includes(`event: ${kind}\n`);
      // Its calls on the zebra, and what the zebra has said, are none for him.
      expect([kind, has]).toEqual([kind, kind !== "steps"]);
    }
    expect(text).toContain("another Thing is asked");
    expect(await told("boss", "/events")).toMatch(secret);
    expect(await told("guest", "/things/whole/events")).not.toMatch(secret);
  });

  it("everything is as if there were none of that name", async () => {
    const { routes, ask } = stand;
    const nothing = {
      ...{ thing: "giraf", id: "8e03978e-40d5-43e8-bc93-6894a57f9324", affordance: "secret_word" },
      ...{ blob_id: "8e03978e-40d5-43e8-bc93-6894a57f9325", prompt: "8e03978e-40d5-43e8-bc93-6894a57f9326" },
      procedure: "meerkats",
      run: "8e03978e-40d5-43e8-bc93-6894a57f9327",
      recording: "8e03978e-40d5-43e8-bc93-6894a57f9328",
      ...{ urn: "urn:uuid:8e03978e-40d5-53e8-bc93-6894a57f9324" },
    };
    const more = { property: "secret_word", action: "secret_say", event: "secret_rang", fault: "none" };
    /** Apart from what the client has said itself, and the time. */
    const plain = (answer: LightMyRequestResponse, names: typeof nothing) => {
      const { date: _, ...headers } = answer.headers;
      let text = JSON.stringify([answer.statusCode, headers, answer.body]);
      for (const [sort, name] of Object.entries(names)) text = text.replaceAll(name, `{${sort}}`);
      return text.replaceAll(/"content-length":"?\d+"?/g, "");
    };
    const differ: unknown[] = [];
    for (const url of new Set(routes.map((route) => route.url))) {
      if (!/:(thing|id|blob_id|urn|prompt|procedure|run|recording)/.test(url)) continue;
      for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"] as const) {
        const [one, other] = await Promise.all(
          [hidden, nothing].map(async (names) =>
            plain(await ask("keeper", method, filled(url, { ...names, ...more })), names),
          ),
        );
        if (one !== other) differ.push([method, url, one, other]);
      }
    }
    const named = [
      ...["/events?thing=zebra", "/action_invocations?thing=zebra", "/gateway/history?thing=zebra"],
      ...["/things/whole/properties/zebra", "/gateway/interlocks/zebra/reset", "/whole/zebra"],
    ];
    for (const url of named) {
      const method = url.endsWith("/reset") ? "POST" : "GET";
      const one = await ask("keeper", method, url);
      const other = await ask("keeper", method, url.replace("zebra", "giraf"));
      if (one.body.replaceAll("zebra", "giraf") !== other.body) differ.push([url, one.body, other.body]);
    }
    expect(differ).toEqual([]);
  });

  it("pages are full of what is his, and end where that ends", async () => {
    const { ask } = stand;
    const page = await ask("guest", "GET", "/gateway/history?limit=3");
    expect(page.json()).toHaveLength(3);
    const next = /<([^>]+)>; rel="next"/.exec(String(page.headers["link"]))?.[1] ?? "";
    const last = await ask("guest", "GET", new URL(next).pathname + new URL(next).search);
    expect([last.json().length, last.headers["link"]]).toEqual([own.length - 3, undefined]);
    expect((await ask("guest", "GET", "/gateway/directory/things?format=collection")).json()).toMatchObject({
      total: 2,
    });
    const whats = (await ask("guest", "GET", "/gateway/audit")).json().map(({ thing }: { thing: string }) => thing);
    expect(new Set(whats)).toEqual(new Set(["plain", "whole"]));
  });

  it("an ETag is of what he is told, and is no other's", async () => {
    const { ask } = stand;
    const url = `/action_invocations/${own[0]?.id}`;
    const [his, other] = [await ask("guest", "GET", url), await ask("boss", "GET", url)];
    expect(his.headers["etag"]).not.toBe(other.headers["etag"]);
    const tagged = (tag: unknown) => ask("guest", "GET", url, undefined, { "if-none-match": String(tag) });
    expect((await tagged(his.headers["etag"])).statusCode).toBe(304);
    expect((await tagged(other.headers["etag"])).statusCode).toBe(200);
  });
});
