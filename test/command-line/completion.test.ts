import { execFile } from "node:child_process";
import http from "node:http";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { served } from "../cli/served.ts";
import { testShell } from "../cli/shell.ts";

let bench: Awaited<ReturnType<typeof served>>;
beforeAll(async () => {
  const things = "things: { counter: { driver: counter }, courier: { driver: counter }, valve: { driver: counter } }";
  bench = await served(`${things}\nschedules: { rinse: { every: 2 h, invoke: counter.noop } }`);
});
afterAll(() => bench.close());

/** What is offered for the last word of a line; `…` stands for the gateway. */
async function offered(line: string, environment = {}): Promise<readonly string[]> {
  const shell = testShell(environment);
  const words = line.replace("…", `--url ${bench.url}`).split(" ").slice(1);
  expect(await run(["completion", "words", "--", ...words], shell)).toBe(0);
  expect(shell.told).toEqual([]);
  return shell.printed;
}

test.each([
  ["benchd ser", ["serve"]],
  ["benchd help inst", ["install-service"]],
  ["benchd --ver", ["--version"]],
  ["benchd serve --time", ["--time-scale"]],
  ["benchd get counter --h", ["--help"]],
  ["benchd prompts ", ["list", "answer"]],
  ["benchd record sa", ["save"]],
  ["benchd completion ", ["bash", "zsh", "fish"]],
  ["benchd get … cou", ["counter", "courier"]],
  ["benchd lease take … val", ["valve"]],
  ["benchd get … counter co", ["counter"]],
  ["benchd get … counter gain fix", ["fixed"]],
  ["benchd invoke … counter slow", ["slow_count"]],
  ["benchd record … cou", ["counter.", "courier."]],
  ["benchd record … --every 1s counter.gain counter.cou", ["counter.counter"]],
  ["benchd schedules pause … ", ["rinse"]],
  ["benchd token create --thing ", []],
  ["benchd get … nothing ", []],
  ["benchd record … --every ", []],
  ["benchd nothing at all ", []],
  ["benchd check ", []],
])("%s is completed", async (line, words) => {
  expect(await offered(line)).toEqual(words);
});

test("the gateway of BENCHD_URL is asked, unless the line says another", async () => {
  const environment = { BENCHD_URL: bench.url };
  expect(await offered("benchd get cou", environment)).toEqual(["counter", "courier"]);
  expect(await offered("benchd get --url http://127.0.0.1:1 cou", environment)).toEqual([]);
  expect(await offered("benchd get cou", { BENCHD_URL: "nonsense" })).toEqual([]);
});

test("a gateway that is not there, or says nothing, keeps nobody from typing on", async () => {
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as { readonly port: number };
  const began = performance.now();
  expect(await offered(`benchd get --url http://127.0.0.1:${port} `)).toEqual([]);
  expect(performance.now() - began).toBeGreaterThan(250);
  expect(performance.now() - began).toBeLessThan(20_000);
  mute.close();
  expect(await offered(`benchd get --url http://127.0.0.1:${port} `)).toEqual([]);
  expect(await offered("benchd get --token-file /none --url http://127.0.0.1:1 ")).toEqual([]);
});

test("what a gateway says no with is offered to nobody, nor what a shell could make something of", async () => {
  const answers = { status: 401, body: '{ "type": "none", "detail": "a token, please" }' };
  const server = http.createServer((_, response) => {
    response.writeHead(answers.status, { "content-type": "application/json" }).end(answers.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  const line = `benchd get --url http://127.0.0.1:${port} `;
  expect(await offered(line)).toEqual([]);
  Object.assign(answers, { status: 200, body: '{ "pump": {}, "$(reboot)": {}, "a b": {}, "*": {} }' });
  expect(await offered(line)).toEqual(["pump"]);
  server.closeAllConnections();
  server.close();
});

test.each(["bash", "zsh", "fish"])("benchd completion %s prints its script", async (name) => {
  const shell = testShell();
  expect(await run(["completion", name], shell)).toBe(0);
  expect(shell.printed[0]).toContain("benchd completion words --");
});

test("there is no script for other shells", async () => {
  const shell = testShell();
  expect(await run(["completion", "cmd"], shell)).toBe(64);
  expect(shell.told.join()).toContain("say bash, zsh or fish");
});

describe("in a real bash", () => {
  /** What bash offers on a line, when `benchd` offers `said`, and has been asked with what it tells first. */
  async function inBash(words: readonly string[], said: string) {
    const shell = testShell();
    await run(["completion", "bash"], shell);
    const script = `
      benchd() { { printf asked; printf ' <%s>' "$@"; echo; } >&3; printf '%s' "$SAID"; }
      ${shell.printed[0]}
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _benchd 3>&1
      for one in "\${COMPREPLY[@]}"; do echo "[$one]"; done
      complete -p benchd`;
    const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", script, "bash", ...words], {
      env: { ...process.env, SAID: said },
    });
    return stdout.trimEnd().split("\n");
  }

  test("the words of the line are handed on as they are, and each offer is one", async () => {
    expect(await inBash(["benchd", "get", "pump", "a b", ""], "one\ntwo.three\n")).toEqual([
      "asked <completion> <words> <--> <get> <pump> <a b> <>",
      "[one]",
      "[two.three]",
      "complete -o default -F _benchd benchd",
    ]);
  });

  test("where nothing is offered there are files", async () => {
    const [, complete] = await inBash(["benchd", "check", ""], "");
    expect(complete).toContain("-o default");
  });
});
