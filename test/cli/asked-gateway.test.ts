import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { newToken, tokenText } from "../../src/access/token-text.ts";
import { askedGateway, urlArgument } from "../../src/cli/asked-gateway.ts";
import { run } from "../../src/cli/run.ts";
import { byToken } from "../../src/http/access/by-token.ts";
import { tokenBench } from "../access/memory.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const folder = () => mkdtempSync(join(tmpdir(), "benchd-asked-"));
function file(text: string): string {
  const path = join(folder(), "token");
  writeFileSync(path, text);
  return path;
}

const token = () => tokenText(newToken());
const here = "http://127.0.0.1:5000";

describe("which gateway a command asks", () => {
  const there = "https://bench.lab.example/api/v1";
  const asked = (url: string | undefined, environment: Readonly<Record<string, string>>, usual?: string) =>
    askedGateway({ url, ...(usual !== undefined && { usual }) }, { environment }, folder());

  test.each([
    ["--url first", "http://10.0.0.7:5000", { BENCHD_URL: there }, "http://10.0.0.7:5000"],
    ["--url, whatever BENCHD_URL holds", here, { BENCHD_URL: "nonsense" }, here],
    ["then BENCHD_URL", undefined, { BENCHD_URL: there }, there],
    ["then the usual one", undefined, {}, here],
    ["the usual one also where BENCHD_URL is empty", undefined, { BENCHD_URL: "" }, here],
  ])("%s", async (_, url, environment, is) => {
    expect((await asked(url, environment)).url).toBe(is);
  });

  test("of a configuration, where nobody names one", async () => {
    expect((await asked(undefined, {}, "http://127.0.0.1:5001")).url).toBe("http://127.0.0.1:5001");
    expect((await asked(undefined, { BENCHD_URL: there }, "http://127.0.0.1:5001")).url).toBe(there);
  });

  test("a command that is told to somebody names it wherever it would not be asked by itself", async () => {
    expect(urlArgument(await asked(here, {}))).toBe("");
    expect(urlArgument(await asked(there, {}))).toBe(` --url ${there}`);
    expect(urlArgument(await asked(here, { BENCHD_URL: there }))).toBe(` --url ${here}`);
    // It may be typed under sudo, which takes the variable away.
    expect(urlArgument(await asked(undefined, { BENCHD_URL: there }))).toBe(` --url ${there}`);
  });

  test.each([
    ["bench", /^BENCHD_URL takes the address of a gateway, such as http:.* not "bench"$/],
    ["ftp://bench", /^BENCHD_URL takes the address of a gateway/],
    ["http://anna:secret@127.0.0.1", /^BENCHD_URL takes no name and no password(?!.*secret)/],
  ])("BENCHD_URL=%s is refused by its name, by an emergency stop too", async (url, message) => {
    for (const command of ["things", "emergency-stop", "doctor"]) {
      const shell = testShell({ BENCHD_URL: url });
      expect(await run([command], shell)).toBe(64);
      expect(shell.told[0]?.replace(/^benchd: /, "")).toMatch(message);
    }
  });

  test("that nobody answers is told with where the address is from", async () => {
    const shell = testShell({ BENCHD_URL: "http://127.0.0.1:1" });
    expect(await run(["things"], shell)).toBe(69);
    expect(shell.told.join()).toContain("no gateway answers at http://127.0.0.1:1 (BENCHD_URL): ");
  });
});

describe("which token a command sends", () => {
  test("that of --token-file first, then that of BENCHD_TOKEN, then this machine's", async () => {
    const [first, second, third] = [token(), token(), token()];
    const state = folder();
    writeFileSync(join(state, "local-token"), `${third}\n`);
    const path = file(`${first}\n`);
    const environment = { BENCHD_TOKEN: second };
    const told = await askedGateway({ url: here, "token-file": path }, { environment }, state);
    expect(told).toMatchObject({ url: here, token: first, tokenFrom: path });
    expect(urlArgument(told)).toBe(` --token-file ${path}`);
    expect(urlArgument(await askedGateway({ url: here }, { environment }, state))).toBe("");
    expect((await askedGateway({ url: here }, { environment }, state)).token).toBe(second);
    expect((await askedGateway({ url: here }, { environment: {} }, state)).token).toBe(third);
    expect((await askedGateway({ url: here }, { environment: {} }, folder())).token).toBeUndefined();
  });

  test.each(["http://bench.lab.example:5000", "http://10.0.0.7:5000", "http://127.0.0.1.example.org/"])(
    "this machine's goes to no gateway elsewhere, such as %s",
    async (url) => {
      const state = folder();
      writeFileSync(join(state, "local-token"), token());
      expect((await askedGateway({ url }, { environment: {} }, state)).token).toBeUndefined();
    },
  );

  test.each(["http://[::1]:5000", "http://localhost:5000", "https://127.0.0.1"])("it goes to %s", async (url) => {
    const state = folder();
    writeFileSync(join(state, "local-token"), token());
    expect((await askedGateway({ url }, { environment: {} }, state)).token).toMatch(/^benchd_/);
  });

  test.each([
    [{ url: "bench" }, {}, /--url takes the address of a gateway/],
    [{ url: "http://anna:secret@127.0.0.1" }, {}, /--url takes no name and no password/],
    [{ url: here, "token-file": "/nowhere/token" }, {}, /--token-file \/nowhere\/token: there is no such file/],
    [{ url: here, "token-file": file("hunter2") }, {}, /holds no token: one line as `benchd token create` has shown/],
    [{ url: here }, { BENCHD_TOKEN: "hunter2" }, /^BENCHD_TOKEN holds no token/],
  ])("%j %j is refused, and the token not told", async (values, environment, message) => {
    const error = await askedGateway(values, { environment }, folder()).catch((failed: Error) => failed);
    expect(error).toHaveProperty("message", expect.stringMatching(message));
    expect(String(error)).not.toMatch(/hunter2|secret/);
  });
});

describe("a gateway that wants tokens", () => {
  async function serve() {
    const tokens = tokenBench();
    const anna = file(await tokens.make("anna", { grants: [{ scope: "operate" }] }));
    const root = file(await tokens.make("root of the lab", { grants: [{ scope: "admin" }] }));
    const opened = await tokens.open();
    const { url, gateway, close } = await served("things: { counter: { driver: counter } }", {
      identify: byToken(opened.tokens),
    });
    cleanUp.push(close, () => opened.tokens.close());
    const benchd = async (...args: string[]) => {
      const shell = testShell({ USER: "ada" });
      const status = await run([...args, "--url", url], shell);
      return { status, printed: shell.printed.join("\n"), told: shell.told.join("\n") };
    };
    return { gateway, anna, root, benchd };
  }

  test("is asked by each command with a token, which says whose doing it was", async () => {
    const { gateway, anna, root, benchd } = await serve();
    expect((await benchd("emergency-stop", "--token-file", anna)).status).toBe(0);
    expect(gateway.emergencyStop.latch?.by).toBe("anna: ada, command line");
    expect((await benchd("emergency-stop", "--clear", "--reason", "ok", "--token-file", root)).status).toBe(0);
    expect((await benchd("interlock", "list", "--token-file", anna)).status).toBe(0);
    expect((await benchd("lease", "take", "counter", "--token-file", anna)).status).toBe(0);
    expect((await benchd("lease", "list", "--token-file", anna)).printed).toContain(", anna until ");
    expect((await benchd("transcript", crypto.randomUUID(), "--token-file", anna)).told).toContain(
      "knows no invocation",
    );
  });

  test.each<[number, ...string[]]>([
    [1, "emergency-stop"],
    [77, "emergency-stop", "--clear", "--reason", "ok"],
    [77, "interlock", "list"],
    [77, "interlock", "reset", "lid"],
    [77, "lease", "list"],
    [77, "lease", "take", "counter"],
    [77, "transcript", crypto.randomUUID()],
  ])("tells who has none how to go on, and exits with %i: %s %s", async (exits, ...args) => {
    const { gateway, benchd } = await serve();
    const { status, told } = await benchd(...args);
    expect(status).toBe(exits);
    expect(told).toMatch(
      /answers only who has a token: put yours into a file .*\n.*--token-file FILE; .* sudo will do/,
    );
    expect(gateway.emergencyStop.latch).toBeUndefined();
  });

  test("tells who has another's that it has ended, and whose scope is too narrow which it would be", async () => {
    const { anna, benchd } = await serve();
    const stale = file(token());
    expect((await benchd("lease", "list", "--token-file", stale)).told).toContain(
      `does not take the token of ${stale}: it has ended, or is another gateway's`,
    );
    const { told } = await benchd("emergency-stop", "--clear", "--reason", "ok", "--token-file", anna);
    expect(told).toContain("needs the scope admin for the whole bench, which anna does not have");
  });

  test("a stop is pressed whatever is wrong with the token; that is told, and that nothing has stopped", async () => {
    const { benchd } = await serve();
    const { status, told } = await benchd("emergency-stop", "--token-file", "/nowhere/token");
    expect(status).toBe(1);
    expect(told).toMatch(/there is no such file\n.*answers only who has a token/);
    expect(told).toContain("NOTHING CONFIRMS A STOP");
  });
});
