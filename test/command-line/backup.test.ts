import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { served } from "../cli/served.ts";
import { testShell } from "../cli/shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-backup-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const things = "things: { counter: { driver: counter } }\n";

/** A gateway that keeps its state in `state`, and a configuration that says so. */
async function started(state = "state") {
  const text = `stateDirectory: ${join(folder, state)}\n${things}`;
  await writeFile(join(folder, "benchd.yaml"), text);
  const gateway = await served(text);
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await gateway.close();
  };
  cleanUp.push(close);
  return { ...gateway, close };
}

const backup = async (...args: string[]) => {
  const shell = testShell();
  const status = await run(["backup", ...args], shell);
  return { status, printed: shell.printed.join("\n"), told: shell.told.join("\n"), shell };
};
const at = (name: string) => join(folder, name);
const make = (name = "backup") => backup(at(name), "--config", at("benchd.yaml"));
/** A counter counts, and nobody is told until it is on file. */
const count = async (url: string) => {
  const answer = await fetch(`${url}/counter/increment?wait=5`, { method: "POST", headers: { prefer: "wait=5" } });
  return ((await answer.json()) as { readonly id: string }).id;
};

test("what a running gateway keeps is in it: it is restored, and another start knows all of it", async () => {
  const first = await started();
  const ids = [await count(first.url), await count(first.url)];
  await fetch(`${first.url}/counter/gain`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: "7",
  });
  const recording = await fetch(`${first.url}/gateway/recordings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "counts", properties: ["counter.counter"], everyMs: 50 }),
  });
  expect(recording.status).toBe(201);
  const { id } = (await recording.json()) as { readonly id: string };
  await expect.poll(() => first.gateway.experiments.recordings.get(id).rows).toBeGreaterThan(1);

  const { status, printed } = await make();
  expect([status, printed]).toEqual([0, expect.stringContaining("2 invocations. It holds secrets")]);
  expect((await stat(at("backup"))).mode & 0o777).toBe(0o700);
  const later = await count(first.url);
  await first.close();

  await cp(at("backup/state"), at("restored"), { recursive: true });
  const second = await started("restored");
  const history = await (await fetch(`${second.url}/gateway/history`)).json();
  const known = JSON.stringify(history);
  for (const one of ids) expect(known).toContain(one);
  expect(known).not.toContain(later);
  expect(await (await fetch(`${second.url}/counter/gain`)).json()).toBe(7);
  const rows = await (await fetch(`${second.url}/gateway/recordings/${id}/csv`)).text();
  expect(rows).toContain("counter.counter");
});

test("it is whole although the gateway writes all the while", async () => {
  const { url } = await started();
  let writing = true;
  const writer = (async () => {
    while (writing) await count(url);
  })();
  await count(url);
  const { status, printed } = await make();
  writing = false;
  await writer;
  expect(status, printed).toBe(0);
  expect((await backup("--verify", at("backup"))).status).toBe(0);
});

test("what belongs to a process is left out, and so are links and sockets", async () => {
  const { close } = await started();
  await writeFile(at("state/local-token"), "secret");
  await writeFile(at("state/interlocks.json.new"), "half");
  await writeFile(at("elsewhere"), "no business of it");
  await symlink(at("elsewhere"), at("state/link"));
  execFileSync("mkfifo", [at("state/pipe")]);
  await mkdir(at("state/tokens"));
  await writeFile(at("state/tokens/anna.json"), "{}", { mode: 0o600 });
  await close();
  expect((await make()).status).toBe(0);
  const kept = await readdir(at("backup/state"), { recursive: true });
  expect(kept).toEqual(expect.arrayContaining(["history.db", "tokens", "tokens/anna.json"]));
  expect(kept.filter((name) => /local|lock|new|link|pipe|starts|-wal|-shm/.test(name))).toEqual([]);
  expect(await readFile(at("backup/benchd.yaml"), "utf8")).toContain(things);
});

test("a sound one is told as sound, and is left as it is; with --json for programs", async () => {
  const { url, close } = await started();
  await count(url);
  await close();
  await make();
  const before = await readdir(at("backup"), { recursive: true });
  const text = await backup("--verify", at("backup"));
  expect([text.status, text.printed]).toEqual([
    0,
    expect.stringMatching(/is sound: \d+ files, \d+ kB, 1 invocations, of /),
  ]);
  const { printed } = await backup("--verify", at("backup"), "--json");
  expect(JSON.parse(printed)).toMatchObject({ sound: true, faults: [], invocations: 1, config: at("benchd.yaml") });
  expect(await readdir(at("backup"), { recursive: true })).toEqual(before);
});

/** As long as it was. */
const spoil = (file: string) => writeFile(file, "x", { flag: "r+" });

test("one that has suffered is found out, whatever it was", async () => {
  const { url, close } = await started();
  await count(url);
  await close();
  await writeFile(at("state/interlocks.json"), "{}");
  await make();
  for (const [name, why, harm] of [
    ["state/interlocks.json", /^state\/interlocks.json is not what it was$/m, spoil],
    ["state/history.db", /^state\/history.db is not what it was\n.*history.db.*not a database$/m, spoil],
    ["state/installation.json", /has \d+ bytes, not \d+/, (file: string) => appendFile(file, " ")],
    ["benchd.yaml", "is missing", (file: string) => rm(file)],
    ["manifest.json", "is no backup", (file: string) => rm(file)],
  ] as const) {
    const copy = at(`harmed-${name.replace("/", "-")}`);
    await cp(at("backup"), copy, { recursive: true });
    await harm(join(copy, name));
    const { status, printed, told } = await backup("--verify", copy);
    expect([status, `${printed}\n${told}`], name).toEqual([1, expect.stringMatching(why)]);
  }
});

test("a manifest that names what lies outside is believed nothing", async () => {
  const { close } = await started();
  await close();
  await make();
  const manifest = JSON.parse(await readFile(at("backup/manifest.json"), "utf8"));
  manifest.files[0].path = "../benchd.yaml";
  await writeFile(at("backup/manifest.json"), JSON.stringify(manifest));
  const { status, printed } = await backup("--verify", at("backup"));
  expect([status, printed]).toEqual([1, expect.stringContaining("lies outside of it")]);
});

test("it goes where nothing is, outside of what it copies, and nothing is left of one that fails", async () => {
  const { close } = await started();
  await close();
  await mkdir(at("there"));
  for (const [name, why] of [
    ["there", "is there already"],
    ["state/inside", "is in the state directory itself"],
    ["no/where", "there is no folder"],
  ] as const) {
    const { status, told } = await make(name);
    expect([status, told]).toEqual([64, expect.stringContaining(why)]);
  }
  await rm(at("state/history.db-wal"), { force: true });
  await writeFile(at("state/history.db"), "no database at all, but long enough to be looked at as one".repeat(50));
  const { status, told } = await make();
  expect([status, told]).toEqual([1, expect.stringContaining("file is not a database")]);
  expect((await readdir(folder)).sort()).toEqual(["benchd.yaml", "state", "there"]);
});

test("Ctrl+C ends it, and nothing is left of it", async () => {
  const { close } = await started();
  await close();
  const shell = testShell();
  // As it begins: there is something of it already when it is first looked at.
  const impatient = {
    ...shell,
    onSignal(heard: (signal: string) => void) {
      heard("SIGINT");
      return shell.onSignal(heard);
    },
  };
  expect(await run(["backup", at("backup"), "--config", at("benchd.yaml")], impatient)).toBe(1);
  expect(shell.told.join()).toContain("nothing is left of it");
  expect(shell.listeners).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(["benchd.yaml", "state"]);
});

test("a bench that keeps nothing has nothing to copy", async () => {
  await writeFile(at("benchd.yaml"), things);
  const { status, told } = await make();
  expect([status, told]).toEqual([78, expect.stringContaining("names no stateDirectory")]);
});
