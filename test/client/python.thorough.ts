import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";
import { blocksOf } from "../commands/blocks.ts";

const root = new URL("../..", import.meta.url).pathname;
const page = readFileSync(join(root, "docs/python.md"), "utf8");
const programs = blocksOf("docs/python.md", page)
  .filter(({ language, name }) => language === "python" && name !== "")
  .map(({ name, text }) => ({ name, code: text }));
const hasRequests = spawnSync("python3", ["-c", "import requests"]).status === 0;

let folder = "";
let url = "";
let end = async (): Promise<unknown> => undefined;
beforeAll(async () => {
  if (!hasRequests) return;
  const shell = testShell();
  const config = join(root, "examples/bench.yaml");
  const ended = run(["serve", "--mock", "--time-scale", "20", "--port", "0", "--config", config], shell);
  const { msg } = await shell.hasLogged(/benchd listens on/);
  url = /http:\S+/.exec(String(msg))?.[0] ?? "";
  folder = mkdtempSync(join(tmpdir(), "benchd-python-"));
  write(url);
  end = () => {
    rmSync(folder, { recursive: true });
    shell.signal("SIGTERM");
    return ended;
  };
});
afterAll(() => end());

const write = (at: string) => {
  for (const { name, code } of programs)
    writeFileSync(join(folder, name), code.replaceAll("http://127.0.0.1:5000", at));
};

function python(name: string) {
  const child = spawn("python3", [name], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { child, said: said.then(([out, wrong]) => ({ lines: out.trimEnd().split("\n"), wrong })) };
}

test.runIf(hasRequests)("the first program reads, writes and doses", async () => {
  const { lines, wrong } = await python("first.py").said;
  expect(wrong).toBe("");
  expect(lines).toEqual([
    expect.stringMatching(/^\{'value': -?[\d.]+, 'stable': \w+\}$/),
    expect.stringMatching(/^completed \{'dispensed': 0\.2/),
  ]);
});

test.runIf(hasRequests)("a dose tells how far it is, and what came of it", async () => {
  const { lines, wrong } = await python("dose.py").said;
  expect(wrong).toBe("");
  expect(lines.at(-1)).toMatch(/^\{'mass': 0\.[45]/);
  expect(lines).toEqual(
    expect.arrayContaining([expect.stringMatching(/^running/), expect.stringMatching(/^completed 100 %/)]),
  );
});

test.runIf(hasRequests)("Ctrl-C cancels, and waits for the end", async () => {
  // So much that it is not over before somebody has had the time to press it.
  const dose = readFileSync(join(folder, "dose.py"), "utf8");
  writeFileSync(join(folder, "long-dose.py"), dose.replace("mass=0.5", "mass=8"));
  const { child, said } = python("long-dose.py");
  child.stdout.once("data", () => child.kill("SIGINT"));
  const { lines, wrong } = await said;
  expect(wrong).toBe("");
  // It may come between a line and its end.
  expect(lines.join("\n")).toMatch(/cancelling …$/m);
  expect(lines.at(-1)).toBe("cancelled by 127.0.0.1 (client)");
});

test.runIf(hasRequests)("under a key all is done once, also where answers are lost on the way", async () => {
  await fetch(`${url}/counter/counter`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: "0",
  });
  let lost = 0;
  const between = createServer((asked, answer) => {
    const { method, headers, url: path } = asked;
    const onward = request(new URL(path ?? "", url), { method, headers: { ...headers, host: new URL(url).host } });
    asked.pipe(onward);
    onward.once("response", (told) => {
      // The gateway has done it, and nobody hears of that.
      if (method === "POST" && lost++ === 0) asked.socket.destroy();
      else told.pipe(answer.writeHead(told.statusCode ?? 0, told.headers));
    });
  }).listen(0, "127.0.0.1");
  await once(between, "listening");
  write(`http://127.0.0.1:${(between.address() as AddressInfo).port}`);
  const { lines, wrong } = await python("keys.py").said;
  write(url);
  between.close().closeAllConnections();
  expect(wrong).toBe("");
  expect([lost, lines.length, new Set(lines).size]).toEqual([3, 2, 1]);
  expect(await (await fetch(`${url}/counter/counter`)).json()).toBe(5);
});

test.runIf(hasRequests)("events come as they happen", async () => {
  const begun = Date.now();
  const { said } = python("events.py");
  const invoke = setInterval(() => void fetch(`${url}/counter/increment`, { method: "POST" }), 500);
  const { lines, wrong } = await said;
  clearInterval(invoke);
  expect(wrong).toBe("");
  // As they happen, and not when there are enough of them.
  expect(Date.now() - begun).toBeLessThan(15_000);
  expect(lines).toEqual([
    "invocation pending",
    "invocation running",
    expect.stringMatching(/^property \d+$/),
    "invocation completed",
  ]);
});

test.runIf(hasRequests)("what stops, stops", async () => {
  expect(await python("stop.py").said).toEqual({ lines: [""], wrong: "" });
});
