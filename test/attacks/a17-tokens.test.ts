import { rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sessions } from "../../src/access/sessions.ts";
import { newToken, readToken, tokenText } from "../../src/access/token-text.ts";
import { byToken } from "../../src/http/access/by-token.ts";
import { bySession } from "../../src/http/access/session.ts";
import { tokenBench } from "../access/memory.ts";
import { type Listening, openListening } from "./listening.ts";

const things = "things: { counter: { driver: counter } }";
const kept = tokenBench();
let tokens: Awaited<ReturnType<typeof kept.open>>["tokens"];
let anna: string;
let bench: Listening;

beforeAll(async () => {
  anna = await kept.make("anna", { grants: [{ scope: "operate" }] });
  ({ tokens } = await kept.open());
  // More than anybody gets of such answers.
  const limits = "limits: { failuresPerMinute: 100000 }";
  bench = await openListening({ yaml: `${limits}\n${things}`, identify: byToken(tokens) });
});
afterAll(async () => {
  await bench.close();
  await tokens.close();
});

/** The answer to a request with these header lines, to the byte. */
const ask = (lines: readonly string[], target = "/counter/counter") =>
  bench.send([`GET ${target} HTTP/1.1`, `host: ${bench.url.host}`, "connection: close", ...lines, "", ""].join("\r\n"));

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const asks = async (...lines: string[]) => statusOf(await ask(lines));
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const flipped = (text: string, at: number) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);

describe("A17: tokens that are guessed, stolen or sent again", () => {
  it.each([
    ["Bearer", () => `Bearer ${anna}`],
    ["another spelling of the scheme", () => `BEARER ${anna}`],
    ["two spaces, as RFC 9110 has it", () => `bearer  ${anna}`],
    ["Basic, with her name", () => basic(`anna:${anna}`)],
    ["Basic, with another name", () => basic(`whoever:${anna}`)],
    ["Basic, with none", () => basic(`:${anna}`)],
  ])("the right token lets in: %s", async (_, header) => {
    expect(await asks(`authorization: ${header()}`)).toBe(200);
  });

  it.each([
    ["nothing", () => ""],
    ["the scheme alone", () => "Bearer"],
    ["the token alone", () => anna],
    ["another scheme", () => `Digest ${anna}`],
    ["its first half", () => `Bearer ${anna.slice(0, 30)}`],
    ["all but its last character", () => `Bearer ${anna.slice(0, -1)}`],
    ["its beginning and a wildcard", () => `Bearer ${anna.slice(0, 20)}*`],
    ["one character more", () => `Bearer ${anna}A`],
    [
      "another last character, which stands for the same bytes or not",
      () => `Bearer ${flipped(anna, anna.length - 1)}`,
    ],
    ["another first character of the secret", () => `Bearer ${flipped(anna, 20)}`],
    ["capitals", () => `Bearer ${anna.toUpperCase()}`],
    ["small letters", () => `Bearer ${anna.toLowerCase()}`],
    ["a tab for the space", () => `Bearer\t${anna}`],
    ["a space within", () => `Bearer ${anna.slice(0, 30)} ${anna.slice(30)}`],
    ["quotes", () => `Bearer "${anna}"`],
    ["a comma and another one", () => `Bearer ${anna}, Bearer ${tokenText(newToken())}`],
    ["another id", () => `Bearer ${tokenText({ id: newToken().id, secret: readToken(anna)?.secret ?? "" })}`],
    ["another secret", () => `Bearer ${tokenText({ id: readToken(anna)?.id ?? "", secret: newToken().secret })}`],
    ["an empty secret", () => `Bearer ${anna.slice(0, 20)}`],
    ["a path for an id", () => `Bearer benchd_../../../etc_${newToken().secret}`],
    ["letters beyond ASCII", () => `Bearer ${anna.replace("benchd", "bénchd")}`],
    ["Basic, with the token as the name", () => basic(`${anna}:`)],
    ["Basic, without a colon", () => basic(anna)],
    ["Basic, not encoded", () => `Basic anna:${anna}`],
    ["Basic, with a space after it", () => basic(`anna:${anna} `)],
    ["Basic, with a NUL", () => basic(`anna:${anna}\0`)],
    ["very much", () => `Bearer ${"A".repeat(8000)}`],
  ])("what is not the right token, to the letter, does not, and all are told the same: %s", async (_, header) => {
    const nobody = await ask([]);
    const answer = await ask([`authorization: ${header()}`]);
    expect(statusOf(answer)).toBe(401);
    expect(undated(answer)).toBe(undated(nobody));
  });

  it("what comes twice counts for nothing: who stands before the gateway may have looked at the other", async () => {
    const wrong = `authorization: Bearer ${tokenText(newToken())}`;
    const right = `authorization: Bearer ${anna}`;
    expect(await asks(right, wrong)).toBe(401);
    expect(await asks(wrong, right)).toBe(401);
    expect(await asks(right, right)).toBe(401);
  });

  it("it counts in the header only: not in a cookie, a header of another name, or an address", async () => {
    expect(await asks(`cookie: token=${anna}`)).toBe(401);
    expect(await asks(`x-api-key: ${anna}`)).toBe(401);
    expect(await asks(`proxy-authorization: Bearer ${anna}`)).toBe(401);
    for (const query of [`?access_token=${anna}`, `?token=${anna}`, `?anything=${anna}`])
      expect(statusOf(await ask([], `/counter/counter${query}`))).toBe(400);
    expect(statusOf(await ask([], `http://anna:${anna}@${bench.url.host}/counter/counter`))).toBe(400);
  });

  it("no log has a token in it, wherever it was sent, and no answer sends one on", async () => {
    const [referer] = [`referer: http://x.example/?a=${anna}`];
    const answers = [
      await ask([`authorization: Bearer ${anna}`, referer, `x-request-id: ${anna}`]),
      await ask([`authorization: Bearer ${anna}`], `/counter/counter?access_token=${anna}`),
      await ask([`authorization: Bearer ${anna}`], `/${anna}/counter`),
      await ask([`authorization: Bearer ${anna}`, "host: evil.example"]),
      await ask([`authorization: Bearer ${flipped(anna, 30)}`]),
    ];
    expect(answers.map(statusOf)).toEqual([200, 400, 400, 400, 401]);
    expect(answers.join()).toContain("referrer-policy: no-referrer");
    const secret = readToken(anna)?.secret.slice(0, 30) ?? "";
    expect(bench.logged().length).toBeGreaterThan(0);
    expect([...bench.logged(), ...answers].join("\n")).not.toContain(secret);
    expect(JSON.stringify(kept.notes) + kept.logged.join()).not.toContain(secret);
  });

  it("a thousand wrong guesses let nobody in, and lock out neither her nor this machine", async () => {
    const guesses = Array.from({ length: 1000 }, (_, i) =>
      i % 2 ? tokenText(newToken()) : tokenText({ id: readToken(anna)?.id ?? "", secret: newToken().secret }),
    );
    const guarded = await openListening({ yaml: things, identify: byToken(tokens) });
    const socket = guarded.connect();
    let heard = "";
    socket.setEncoding("latin1").on("data", (data) => {
      heard += data;
    });
    const statuses = () => [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
    for (const [i, guess] of guesses.entries()) {
      socket.write(`GET /thing_states HTTP/1.1\r\nhost: ${guarded.url.host}\r\nauthorization: Bearer ${guess}\r\n\r\n`);
      // One after the other: many at once on one connection are refused for that.
      while (statuses().length <= i && !socket.destroyed) await new Promise((resolve) => setImmediate(resolve));
    }
    socket.destroy();
    expect(statuses().length).toBeGreaterThan(0);
    // Refused as wrong, or for being too many.
    expect(statuses().filter((status) => status !== 401 && status !== 429)).toEqual([]);
    for (const token of [anna, tokens.local]) {
      const answer = await fetch(`${guarded.url}counter/counter`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
    }
    await guarded.close();
  });

  it("a token that was stolen is good for nothing once it is revoked", async () => {
    const stolen = await kept.make("stolen");
    await tokens.refresh();
    expect(await asks(`authorization: Bearer ${stolen}`)).toBe(200);
    await rm(join(kept.folder.path, `${readToken(stolen)?.id}.json`));
    await tokens.refresh();
    expect(await asks(`authorization: Bearer ${stolen}`)).toBe(401);
  });

  it("nothing is begun with a token that was revoked before the body came, and no session outlives it", async () => {
    const sessions = new Sessions(bench.processClock);
    const identify = bySession(sessions, byToken(tokens));
    const guarded = await openListening({ yaml: things, identify, sessions });
    const stolen = await kept.make("stolen again");
    await tokens.refresh();
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nhost: ${guarded.url.host}\r\nauthorization: Bearer ${stolen}\r\n` +
      "connection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n";
    const known = new Promise<void>((resolve) => {
      let heads = 0;
      guarded.app.server.on("request", () => ++heads === 3 && resolve());
    });
    const begun = ["/gateway/session", "/counter/lease", "/counter/count"].map((path) => {
      const socket = guarded.connect();
      socket.write(head(path));
      return socket;
    });
    await known;
    await rm(join(kept.folder.path, `${readToken(stolen)?.id}.json`));
    await tokens.refresh();
    for (const socket of begun) socket.end("{}");
    expect((await Promise.all(begun.map((socket) => text(socket)))).map(statusOf)).toEqual([401, 401, 401]);
    expect(sessions.size).toBe(0);
    await guarded.close();
  });

  it("a token that has expired stays so, also when the clock is turned back; one turned forth ends it for as long", async () => {
    const start = kept.wall.now;
    const day = 86_400_000;
    const short = `authorization: Bearer ${await kept.make("short", { expires: new Date(start + day).toISOString() })}`;
    await tokens.refresh();
    expect(await asks(short)).toBe(200);
    // Nobody vouches for this time, so it does not count any more when it is mended.
    kept.wall.trusted = false;
    kept.wall.now = start + 2 * day;
    await tokens.refresh();
    expect(await asks(short)).toBe(401);
    kept.wall.now = start;
    await tokens.refresh();
    expect(await asks(short)).toBe(200);
    // Now it is really over, and whoever turns the clock back gains nothing.
    kept.wall.trusted = true;
    kept.wall.now = start + day;
    await tokens.refresh();
    expect(await asks(short)).toBe(401);
    for (const trusted of [true, false]) {
      kept.wall.trusted = trusted;
      kept.wall.now = start - 365 * day;
      await tokens.refresh();
      expect(await asks(short)).toBe(401);
    }
    // Nor does a start with a clock that has lost its time.
    await tokens.close();
    kept.wall.now = 0;
    const next = await kept.open();
    expect(next.tokens.verify(short.replace(/.* /, ""))).toBeUndefined();
    expect(next.tokens.verify(anna)).toBeDefined();
    await next.tokens.close();
  });
});

/** Two answers that tell the same are the same but for their time. */
const undated = (answer: string) => answer.replace(/^date: .*$/im, "").replace(/^x-ratelimit.*$/gim, "");
