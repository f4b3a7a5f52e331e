import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readToken } from "../../src/access/token-text.ts";
import { tokenBench } from "./memory.ts";

const idOf = (text: string) => readToken(text)?.id ?? "";

it("a token is known by its text, to the letter, and says whose it is and what he may do", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna", { grants: [{ scope: "operate", things: ["pump"] }] });
  const { tokens } = await bench.open();
  expect(tokens.verify(anna)).toEqual({
    name: "anna",
    key: `token:${idOf(anna)}`,
    grants: [{ scope: "operate", things: ["pump"] }],
  });
  const other = await bench.make("bert");
  // A secret of somebody else's, under her id.
  expect(tokens.verify(anna.slice(0, 20) + other.slice(20))).toBeUndefined();
  await tokens.close();
});

it("what is kept of a token is no token: neither its text nor its secret is on the disk, and only its owner may read it", async () => {
  const bench = tokenBench();
  const text = await bench.make("anna");
  const { tokens } = await bench.open();
  expect(tokens.verify(text)).toBeDefined();
  await tokens.close();
  const file = join(bench.folder.path, `${idOf(text)}.json`);
  const secret = readToken(text)?.secret ?? "none";
  expect(readFileSync(file, "utf8")).not.toContain(secret);
  expect([statSync(file).mode & 0o777, statSync(bench.folder.path).mode & 0o777]).toEqual([0o600, 0o700]);
});

it("a token that is made while the gateway runs counts within a second, and one that is revoked is over", async () => {
  const bench = tokenBench();
  const { tokens } = await bench.open();
  const ended: string[] = [];
  const stop = tokens.onEnded((key) => void ended.push(key));
  const anna = await bench.make("anna");
  expect(tokens.verify(anna)).toBeUndefined();
  await tokens.refresh();
  expect(tokens.verify(anna)?.name).toBe("anna");
  expect(await bench.folder.remove(idOf(anna))).toBe(true);
  await tokens.refresh();
  expect(tokens.verify(anna)).toBeUndefined();
  expect(ended).toEqual([`token:${idOf(anna)}`]);
  expect(bench.notes.map(({ by, what }) => [by, what])).toEqual([
    ["this machine", "token.created"],
    ["this machine", "token.revoked"],
  ]);
  stop();
  await tokens.close();
});

it("a token that expires is over in time, and told to be, also while the disk is ill", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna", { expires: new Date(bench.wall.now + 60_000).toISOString() });
  const { tokens } = await bench.open();
  const ended: string[] = [];
  tokens.onEnded((key) => void ended.push(key));
  bench.folder.ids = () => Promise.reject(new Error("EIO"));
  bench.wall.now += 60_000;
  await tokens.refresh();
  await tokens.refresh();
  expect([tokens.verify(anna), ended]).toEqual([undefined, [`token:${idOf(anna)}`]]);
  await tokens.close();
});

it("one that was shown a moment ago is over as soon as it is known to be revoked, while others are still being read", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna");
  const { tokens } = await bench.open();
  expect([tokens.verify(anna)?.name, tokens.verify(anna)?.name]).toEqual(["anna", "anna"]);
  expect([`${anna}x`, anna.slice(0, -1), anna.toUpperCase()].map((text) => tokens.verify(text))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await bench.folder.remove(idOf(anna));
  await bench.make("bert");
  const read = bench.folder.read.bind(bench.folder);
  const meanwhile: unknown[] = [];
  const ids = bench.folder.ids.bind(bench.folder);
  bench.folder.ids = async () => {
    const there = await ids();
    expect(tokens.verify(anna)?.name).toBe("anna");
    return there;
  };
  bench.folder.read = (id) => {
    meanwhile.push(tokens.verify(anna));
    return read(id);
  };
  await tokens.refresh();
  expect(meanwhile).toEqual([undefined]);
  await tokens.close();
});

it("it looks every second, by the process clock, and not any more once it is closed", async () => {
  const bench = tokenBench();
  const { tokens, clock } = await bench.open();
  const anna = await bench.make("anna");
  await clock.advance(1000);
  await expect.poll(() => tokens.verify(anna)?.name).toBe("anna");
  await tokens.close();
  expect(clock.nextDue()).toBeUndefined();
});

it("what was made and revoked while no gateway ran is noted by the next, once", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna");
  await (await bench.open()).tokens.close();
  await bench.folder.remove(idOf(anna));
  await bench.make("bert");
  await (await bench.open()).tokens.close();
  await (await bench.open()).tokens.close();
  expect(bench.notes.map(({ what, detail }) => `${what} ${detail.split(" ")[0]}`)).toEqual([
    "token.created anna",
    "token.revoked anna",
    "token.created bert",
  ]);
});

it("a token that expires is over at that moment, by the word of whoever uses it", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna", { expires: "2026-11-21T13:00:00.000Z" });
  const { tokens } = await bench.open();
  const ended: string[] = [];
  tokens.onEnded((key) => void ended.push(key));
  bench.wall.now = Date.parse("2026-11-21T12:59:59.999Z");
  expect(tokens.verify(anna)).toBeDefined();
  bench.wall.now++;
  expect(tokens.verify(anna)).toBeUndefined();
  await tokens.refresh();
  await tokens.refresh();
  expect(ended).toEqual([`token:${idOf(anna)}`]);
  expect(bench.notes.filter(({ what }) => what === "token.expired")).toHaveLength(1);
  await tokens.close();
});

it("a folder that cannot be read for a while locks nobody out, and is said once", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna");
  const { tokens } = await bench.open();
  rmSync(bench.folder.path, { recursive: true });
  writeFileSync(bench.folder.path, "no folder");
  await tokens.refresh();
  await tokens.refresh();
  expect(tokens.verify(anna)?.name).toBe("anna");
  expect(bench.logged.filter((line) => line.startsWith("error:"))).toHaveLength(1);
  // Then it is there again, and empty.
  rmSync(bench.folder.path);
  await tokens.refresh();
  expect(tokens.verify(anna)).toBeUndefined();
  await tokens.close();
});

it("a damaged file lets nobody in, is said once, and keeps nobody else out", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna");
  const bert = await bench.make("bert");
  const file = join(bench.folder.path, `${idOf(anna)}.json`);
  writeFileSync(file, readFileSync(file, "utf8").slice(0, -20));
  writeFileSync(join(bench.folder.path, "notes.txt"), "of somebody else's");
  mkdirSync(join(bench.folder.path, "x.json"));
  chmodSync(bench.folder.path, 0o700);
  const { tokens } = await bench.open();
  await tokens.refresh();
  expect([tokens.verify(anna), tokens.verify(bert)?.name]).toEqual([undefined, "bert"]);
  expect(bench.logged.filter((line) => line.includes("damaged"))).toHaveLength(1);
  expect(readdirSync(bench.folder.path)).toContain(`${idOf(anna)}.json`);
  await tokens.close();
});

it("a pipe in the place of a token keeps no other from being revoked", async () => {
  const bench = tokenBench();
  const bert = await bench.make("bert");
  execFileSync("mkfifo", [join(bench.folder.path, "000000000000.json")]);
  const { tokens } = await bench.open();
  expect(tokens.verify(bert)?.name).toBe("bert");
  rmSync(join(bench.folder.path, `${idOf(bert)}.json`));
  await tokens.refresh();
  expect(tokens.verify(bert)).toBeUndefined();
  await tokens.close();
});

it("one that cannot be read, for being a folder or somebody else's, is said once, and keeps none of the others out", async () => {
  const bench = tokenBench();
  const bert = await bench.make("bert");
  for (const id of ["000000000000", "zzzzzzzzzzzz"]) mkdirSync(join(bench.folder.path, `${id}.json`));
  const { tokens } = await bench.open();
  await tokens.refresh();
  expect(tokens.verify(bert)?.name).toBe("bert");
  expect(bench.logged.filter((line) => /^warning: the token 0{12} cannot be read: .*no file/.test(line))).toHaveLength(
    1,
  );
  const later = await bench.make("later");
  await tokens.refresh();
  expect(tokens.verify(later)?.name).toBe("later");
  await tokens.close();
});

it("that nobody knows any more when they were used lets everybody in as before, and is said", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna");
  bench.damage();
  const { tokens } = await bench.open();
  expect(tokens.verify(anna)?.name).toBe("anna");
  expect(bench.logged).toContainEqual(expect.stringMatching(/^warning: when tokens were used is forgotten/));
  await tokens.close();
});

it("when a token was used is written down once a minute at the most", async () => {
  const bench = tokenBench();
  const anna = await bench.make("anna");
  const { tokens, clock } = await bench.open();
  const before = bench.writes;
  for (let second = 0; second < 120; second++) {
    tokens.verify(anna);
    // Which looks once a second by itself.
    await clock.advance(1000);
    await tokens.refresh();
  }
  expect(bench.writes - before).toBe(2);
  await tokens.close();
});

it("the token for this machine may do everything, and ends with the gateway", async () => {
  const bench = tokenBench();
  const first = await bench.open();
  const { local } = first.tokens;
  expect(first.tokens.verify(local)).toMatchObject({ name: "this machine", grants: [{ scope: "admin" }] });
  await first.tokens.close();
  const next = await bench.open();
  expect(next.tokens.verify(local)).toBeUndefined();
  expect(bench.notes).toEqual([]);
  await next.tokens.close();
});
