import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TokenFolder } from "../../../src/access/token-folder.ts";
import { readToken } from "../../../src/access/token-text.ts";
import { run } from "../../../src/cli/run.ts";
import { tokenOf } from "../../../src/cli/token.ts";
import { testShell } from "../shell.ts";

const yaml = "stateDirectory: ./state\nthings: { pump: { driver: counter }, valve: { driver: counter } }\n";

/** A folder with a configuration, and the command on a machine that has no service. */
function bench(text = yaml) {
  const folder = mkdtempSync(join(tmpdir(), "benchd-token-"));
  const config = join(folder, "benchd.yaml");
  writeFileSync(config, text);
  const token = tokenOf({ config: join(folder, "etc/benchd.yaml"), state: join(folder, "var") });
  const tokens = new TokenFolder(join(folder, "state"));
  return {
    folder,
    config,
    tokens,
    async run(...args: readonly string[]) {
      const shell = testShell();
      const status = await token.run([...args, "--config", config], shell);
      return { status, printed: shell.printed, told: shell.told.join("\n") };
    },
    /** What is kept of the only token. */
    async only() {
      const [id = "none", ...more] = await tokens.ids();
      expect(more).toEqual([]);
      return tokens.read(id);
    },
  };
}

const anna = ["create", "--name", "anna", "--scope", "operate"];

test("of two tokens made by one name at the same moment at most one is kept, and only what is kept is printed", async () => {
  const one = bench();
  for (let n = 0; n < 10; n++) {
    const tried = await Promise.allSettled([one.run(...anna), one.run(...anna)]);
    const made = tried.flatMap((run) =>
      run.status === "fulfilled" ? run.value.printed.map((text) => readToken(text)?.id) : [],
    );
    expect(await one.tokens.ids()).toEqual(made);
    expect(made.length).toBeLessThan(2);
    for (const id of made) await one.tokens.remove(id ?? "");
  }
});

test("a token is printed once, and nothing else is: what is kept is not enough to use it", async () => {
  const one = bench();
  const { status, printed, told } = await one.run(...anna);
  expect(status).toBe(0);
  expect(printed).toEqual([expect.stringMatching(/^benchd_[0-9a-z]{12}_[\w-]{43}$/)]);
  expect(told).toContain("That is anna's token: operate, until it is revoked");
  expect(told).not.toContain(printed[0]);
  const secret = readToken(printed[0] ?? "")?.secret ?? "";
  const kept = readdirSync(one.tokens.path).map((name) => readFileSync(join(one.tokens.path, name), "utf8"));
  expect(kept.join()).not.toContain(secret);
  expect(await one.only()).toMatchObject({ name: "anna", grants: [{ scope: "operate" }], expires: null });
});

test("scopes may be several, each for some Things or for those of --thing", async () => {
  const one = bench();
  const scopes = ["--scope", "read", "--scope", "operate:pump,valve", "--thing", "pump"];
  await one.run("create", "--name", "anna", ...scopes);
  expect((await one.only())?.grants).toEqual([
    { scope: "read", things: ["pump"] },
    { scope: "operate", things: ["pump", "valve"] },
  ]);
});

test("it ends after so many days or hours, or with a day, and says when", async () => {
  const before = Date.now();
  const one = bench();
  const { told } = await one.run(...anna, "--expires", "12h");
  const expires = Date.parse((await one.only())?.expires ?? "");
  expect(expires - before).toBeGreaterThanOrEqual(12 * 3_600_000);
  expect(expires - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
  expect(told).toContain(new Date(expires).toLocaleString("sv"));
});

test.each([
  [["create", "--scope", "read"], /--name is missing/],
  [["create", "--name", "anna"], /--scope is missing: read, operate, configure, admin/],
  [[...anna, "--scope", "opperate"], /no scope "opperate"; did you mean "operate"/],
  [[...anna, "--scope", "all"], /no scope "all": it is one of read/],
  [[...anna, "--scope", "operate:"], /names no Thing/],
  [[...anna, "--scope", "operate:pump,,valve"], /names no Thing between two commas/],
  [[...anna, "--thing", "pmup"], /no Thing "pmup"; did you mean "pump"/],
  [[...anna, "--scope", "read:camera"], /no Thing "camera": it has pump, valve/],
  [
    ["create", "--name", "anna", "--scope", "read:pump", "--thing", "valve"],
    /--thing is for a --scope that names no Things/,
  ],
  [["create", "--name", "this machine", "--scope", "read"], /what benchd says where it knows no name/],
  [["create", "--name", "10.0.0.7", "--scope", "read"], /taken for an address/],
  [["create", "--name", "１０.0.0.٧", "--scope", "read"], /taken for an address/],
  [["create", "--name", "=cmd", "--scope", "read"], /cannot be a name/],
  [["create", "--name", "anna\u001b[2J", "--scope", "read"], /cannot be a name/],
  [["create", "--name", "", "--scope", "read"], /cannot be a name/],
  [["create", "--name", "x".repeat(65), "--scope", "read"], /cannot be a name/],
  [["create", "--name", "pump", "--scope", "read"], /the name of a Thing/],
  [[...anna, "--expires", "soon"], /--expires takes 90d, 12h, or the last day/],
  [[...anna, "--expires", "0d"], /--expires takes/],
  [[...anna, "--expires", "2027-02-30"], /--expires takes/],
  [[...anna, "--expires", "2020-01-01"], /is over already/],
  [[...anna, "--expires", "99999d"], /more than ten years/],
  [["revoke"], /the NAME of whose token it is is missing/],
  [["revoke", "nobody"], /no token of "nobody"/],
  [["make"], /create, list, or revoke NAME, not "make"/],
])("token %j is refused: %s", async (args, message) => {
  const one = bench();
  await expect(one.run(...args)).rejects.toThrow(message);
  expect(await one.tokens.ids()).toEqual([]);
});

test("nobody has two tokens of one name, however it is spelt; another name for the second is told", async () => {
  const one = bench();
  await one.run(...anna);
  await expect(one.run("create", "--name", "Anna", "--scope", "read")).rejects.toThrow(
    /anna has a token already \([0-9a-z]{12}\): revoke it by .* such as "Anna laptop"/,
  );
  expect((await one.run("create", "--name", "Anna laptop", "--scope", "read")).status).toBe(0);
});

test("list has a line for each, also for one that is damaged, and no secret", async () => {
  const one = bench();
  expect((await one.run("list")).told).toMatch(/There are no tokens in/);
  await one.run(...anna);
  await one.run("create", "--name", "bert", "--scope", "read", "--scope", "operate:pump", "--expires", "2d");
  writeFileSync(join(one.tokens.path, "000000000000.json"), "{}");
  const { printed } = await one.run("list");
  expect(printed[0]).toMatch(/^ID +NAME +SCOPES +CREATED +EXPIRES +LAST USED$/);
  expect(printed).toHaveLength(4);
  expect(printed.join("\n")).toMatch(/^000000000000 +\? +damaged/m);
  expect(printed.join("\n")).toMatch(/ anna +operate +\S+ \S+ +never +never$/m);
  expect(printed.join("\n")).toMatch(/ bert +read operate:pump +\S+ \S+ +\d{4}-\S+ \S+ +never$/m);
  for (const id of await one.tokens.ids()) {
    const { salt = "none", hash = "none" } = (await one.tokens.read(id)) ?? {};
    expect(printed.join("\n")).not.toContain(hash);
    expect(printed.join("\n")).not.toContain(salt);
  }
});

test("a token is revoked by its owner's name or its id; a token itself is not asked for", async () => {
  const one = bench();
  const { printed } = await one.run(...anna);
  await expect(one.run("revoke", printed[0] ?? "")).rejects.toThrow(/stands in this shell's history: name its owner/);
  await expect(one.run("revoke", "anan")).rejects.toThrow(/did you mean "anna"/);
  await one.run("revoke", "ANNA");
  expect(await one.tokens.ids()).toEqual([]);
  await one.run(...anna);
  const id = (await one.only())?.id ?? "";
  expect((await one.run("revoke", id)).printed.join()).toContain(`anna (${id}) is revoked`);
  expect(await one.tokens.ids()).toEqual([]);
});

test("what cannot be read keeps no other token from being listed, or revoked", async () => {
  const one = bench();
  await one.run(...anna);
  mkdirSync(join(one.tokens.path, "000000000000.json"));
  const { printed } = await one.run("list");
  expect(printed.join("\n")).toMatch(/^000000000000 +\? +nobody gets in with it: .*no file/m);
  expect(printed.join("\n")).toContain(" anna ");
  expect((await one.run("revoke", "anna")).status).toBe(0);
  expect(await one.tokens.ids()).toEqual(["000000000000"]);
});

test("who revokes the last token is told that there has to be another before the next start", async () => {
  const one = bench();
  await one.run(...anna);
  await one.run("create", "--name", "bert", "--scope", "read");
  expect((await one.run("revoke", "anna")).told).toBe("");
  expect((await one.run("revoke", "bert")).told).toMatch(
    /the last one: .* benchd starts again only when there is another/,
  );
});

test("without a folder to keep tokens in, it says what to add to which file", async () => {
  const one = bench("things: {}");
  await expect(one.run(...anna)).rejects.toThrow(
    `${one.config} names no folder to keep tokens in: add  stateDirectory:`,
  );
});

test("mistakes elsewhere in the configuration keep nobody from revoking; a file that says nothing does", async () => {
  const one = bench(yaml);
  await one.run(...anna);
  writeFileSync(one.config, `prefix: /wrong/\n${yaml}`);
  await one.run("revoke", "anna");
  expect(await one.tokens.ids()).toEqual([]);
  writeFileSync(one.config, "\t: [");
  await expect(one.run("list")).rejects.toThrow(/benchd\.yaml/);
});

test("systemd's folder is taken where the configuration names none, and the service's where it is installed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "benchd-token-"));
  const config = join(folder, "benchd.yaml");
  writeFileSync(config, "things: {}");
  const token = tokenOf({ config, state: join(folder, "var") });
  const given = join(folder, "given");
  await token.run([...anna, "--config", config], testShell({ STATE_DIRECTORY: given }));
  expect(await new TokenFolder(given).ids()).toHaveLength(1);
  // Before its first start there is no such folder yet.
  await token.run([...anna, "--config", config], testShell());
  expect(await new TokenFolder(join(folder, "var")).ids()).toHaveLength(1);
});

test.runIf(process.getuid?.() === 0)(
  "what root makes is that of the folder's owner, and leads root nowhere that the owner may not go",
  async () => {
    const one = bench();
    const state = join(one.folder, "state");
    chmodSync(one.folder, 0o755);
    mkdirSync(state);
    const secret = join(one.folder, "roots");
    mkdirSync(secret, { mode: 0o700 });
    chownSync(state, 65534, 65534);
    await one.run(...anna);
    const [id = ""] = await one.tokens.ids();
    const { uid, gid, mode } = statSync(join(one.tokens.path, `${id}.json`));
    expect([uid, gid, mode & 0o777, statSync(one.tokens.path).uid]).toEqual([65534, 65534, 0o600, 65534]);
    expect(process.geteuid?.()).toBe(0);
    await one.run("revoke", "anna");
    expect(await one.tokens.ids()).toEqual([]);

    const other = bench();
    chmodSync(other.folder, 0o755);
    const theirs = join(other.folder, "state");
    mkdirSync(theirs);
    chownSync(theirs, 65534, 65534);
    symlinkSync(secret, join(theirs, "tokens"));
    await expect(other.run(...anna)).rejects.toThrow(/is for the user that benchd runs as, or for root/);
    expect(readdirSync(secret)).toEqual([]);
  },
);

test("the command line knows the command, and explains it", async () => {
  const shell = testShell();
  expect(await run(["token", "--help"], shell)).toBe(0);
  expect(shell.printed.join("\n")).toContain("--scope operate:pump,valve");
  expect(existsSync("state")).toBe(false);
});
