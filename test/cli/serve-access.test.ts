import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sealed } from "../../src/access/stored-token.ts";
import { TokenFolder } from "../../src/access/token-folder.ts";
import { newToken, tokenText } from "../../src/access/token-text.ts";
import { run } from "../../src/cli/run.ts";
import { testShell } from "./shell.ts";

const things = "things: { counter: { driver: counter } }";

function bench(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "benchd-access-"));
  const config = join(folder, "benchd.yaml");
  writeFileSync(config, `${text}\n${things}\n`);
  const serve = (shell: ReturnType<typeof testShell>, ...options: string[]) =>
    run(["serve", "--mock", "--port", "0", "--config", config, ...options], shell);
  return {
    folder,
    config,
    state: join(folder, "state"),
    /** A start that is refused: status and words. */
    async refused(options: string[] = []) {
      const shell = testShell();
      const status = await serve(shell, ...options);
      expect(shell.logged).toEqual([]);
      return { status, told: shell.told.join("\n") };
    },
    async serving(options: string[] = []) {
      const shell = testShell();
      const ended = serve(shell, ...options);
      const { msg } = await shell.hasLogged(/listens on/);
      const { port } = new URL(/http:\S+/.exec(String(msg))?.[0] ?? "");
      const url = `http://127.0.0.1:${port}`;
      const ask = async (path: string, authorization?: string) =>
        fetch(`${url}${path}`, { headers: { connection: "close", ...(authorization && { authorization }) } });
      const end = async () => {
        shell.signal("SIGTERM");
        expect(await ended).toBe(0);
      };
      return { shell, ask, end };
    },
    async make(name: string, expires: string | null = null) {
      const text = newToken();
      const terms = { name, grants: [{ scope: "operate" }], created: new Date().toISOString(), expires } as const;
      await new TokenFolder(this.state).add(sealed(text, terms));
      return tokenText(text);
    },
  };
}

test.each([
  ["listen: { host: 0.0.0.0 }", []],
  ["", ["--host", "0.0.0.0"]],
])(
  "where others can reach it, it does not start without tokens, and says how to go on: %s %j",
  async (text, options) => {
    const nowhere = await bench(text).refused(options);
    expect(nowhere.status).toBe(78);
    expect(nowhere.told).toMatch(/on 0\.0\.0\.0, where others can reach it, .* add stateDirectory: \.\/state\n/);
    expect(nowhere.told).toMatch(/ssh -L 5000:127\.0\.0\.1:5000[\s\S]*access: \{ auth: none \}/);

    const one = bench(`${text}\nstateDirectory: ./state`);
    const { status, told } = await one.refused(options);
    expect(status).toBe(78);
    const [, command = ""] = /^ {2}benchd (token create .*)$/m.exec(told) ?? [];
    const shell = testShell();
    expect(await run(command.replace("YOUR-NAME", "anna").split(" "), shell)).toBe(0);
    const { ask, end } = await one.serving(options);
    expect((await ask("/counter/counter")).status).toBe(401);
    expect((await ask("/counter/counter", `Bearer ${shell.printed[0]}`)).status).toBe(200);
    await end();
  },
);

test("told to ask for tokens it does so from this machine, too", async () => {
  const { status, told } = await bench("access: { auth: tokens }\nstateDirectory: ./state").refused();
  expect([status, told]).toEqual([78, expect.stringMatching(/:1:17: auth: tokens answers only who has a token/)]);
  expect(told).not.toContain("SSH");
});

test("with auth: none it starts where others can reach it, and warns in the log and on its page", async () => {
  const { shell, ask, end } = await bench("listen: { host: 0.0.0.0 }\naccess: { auth: none }").serving();
  expect(shell.logged.find(({ level }) => level === 40)).toMatchObject({
    msg: expect.stringMatching(/no token is asked of anybody .*whoever can reach 0\.0\.0\.0 may run the instruments/),
  });
  expect(await (await ask("/gateway/about")).json()).toMatchObject({ openToAll: true });
  await end();
});

test("on the loopback nobody needs a token, nor is warned; also when --host brings it there", async () => {
  const { shell, ask, end } = await bench("listen: { host: 0.0.0.0 }").serving(["--host", "127.0.0.1"]);
  expect((await ask("/counter/counter")).status).toBe(200);
  expect(await (await ask("/gateway/about")).json()).toMatchObject({ openToAll: false });
  expect(shell.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  await end();
});

test("each start leaves a token for this machine that root and its own user can read, and takes it away at its end", async () => {
  const one = bench("access: { auth: tokens }\nstateDirectory: ./state");
  await one.make("anna");
  const file = join(one.state, "local-token");
  const tokens: string[] = [];
  for (let start = 0; start < 2; start++) {
    const { ask, end } = await one.serving();
    const token = readFileSync(file, "utf8").trim();
    tokens.push(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await ask("/gateway/audit", `Bearer ${token}`)).status).toBe(200);
    expect((await ask("/gateway/audit", `Bearer ${tokens[0]}`)).status).toBe(start === 0 ? 200 : 401);
    await end();
    expect(existsSync(file)).toBe(false);
  }
});

test("a token counts, and ends, while the gateway runs; the audit trail says both", async () => {
  const one = bench("access: { auth: tokens }\nstateDirectory: ./state");
  await one.make("anna");
  const { ask, end } = await one.serving();
  const local = `Bearer ${readFileSync(join(one.state, "local-token"), "utf8").trim()}`;
  const bert = `Bearer ${await one.make("bert")}`;
  const status = async () => (await ask("/counter/counter", bert)).status;
  await expect.poll(status).toBe(200);
  expect(await run(["token", "revoke", "bert", "--config", one.config], testShell())).toBe(0);
  await expect.poll(status).toBe(401);
  const entries = (await (await ask("/gateway/audit", local)).json()) as { by: string; what: string }[];
  expect(entries.map(({ by, what }) => `${by} ${what}`)).toEqual(
    expect.arrayContaining(["this machine token.revoked", "this machine token.created"]),
  );
  await end();
});

test("that every token has expired keeps nobody from starting it again, and is said", async () => {
  const one = bench("access: { auth: tokens }\nstateDirectory: ./state");
  await one.make("anna", "2026-01-01T00:00:00.000Z");
  const { shell, ask, end } = await one.serving();
  expect(await shell.hasLogged(/every token has expired: make another by `benchd token create`/)).toBeDefined();
  expect((await ask("/counter/counter")).status).toBe(401);
  await end();
});
