import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { NoGatewayError } from "../../../src/cli/gateway-errors.ts";
import { TerminalAnswering } from "../../../src/cli/procedure/answering.ts";
import type { RunClient, ToldPrompt } from "../../../src/cli/procedure/asked-run.ts";
import { follow } from "../../../src/cli/procedure/follow.ts";
import { run } from "../../../src/cli/run.ts";
import { statusOf } from "../../../src/cli/status.ts";
import { DiscreteClock, settled } from "../../../src/discrete-clock.ts";
import { served } from "../served.ts";
import { testShell } from "../shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

type Loses = "asked" | "answer" | undefined;

/** The way to a gateway, on which some of what is asked is lost, or the answer to it; returns its address. */
async function lossy(url: string, loses: (request: IncomingMessage) => Loses): Promise<string> {
  const server = createServer(async (request, reply) => {
    const body = await text(request);
    const lost = loses(request);
    if (lost === "asked") return void request.socket.destroy();
    const { method = "GET", headers } = request;
    const known = ["content-type", "idempotency-key"].flatMap((name) =>
      typeof headers[name] === "string" ? [[name, headers[name]] as [string, string]] : [],
    );
    const answer = await fetch(`${url}${request.url}`, { method, headers: known, ...(body !== "" && { body }) });
    const told = await answer.text();
    if (lost === "answer") return void request.socket.destroy();
    reply.writeHead(answer.status, { "content-type": "application/json" }).end(told);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  cleanUp.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bench() {
  const one = await served("things: { counter: { driver: counter } }");
  cleanUp.push(one.close);
  return one;
}

async function procedure(steps: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "benchd-lost-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const file = join(folder, "trial.yaml");
  await writeFile(file, `title: Trial\nsteps:\n${steps}`);
  return file;
}

const begins = ({ method, url = "" }: IncomingMessage) => method === "POST" && url === "/gateway/runs";

test("a run whose begin nobody has answered is begun once, and followed to its end", async () => {
  const { gateway, url } = await bench();
  const keys: unknown[] = [];
  const way = await lossy(url, (request) => {
    if (!begins(request)) return undefined;
    return keys.push(request.headers["idempotency-key"]) === 1 ? "answer" : undefined;
  });
  const shell = testShell();
  expect(await run(["run", await procedure("  - invoke: counter.increment"), "--url", way], shell)).toBe(0);
  expect(keys).toEqual([keys[0], keys[0]]);
  expect(await gateway.things.get("counter")?.sample("counter")).toBe(1);
});

test("whoever does not wait for that answer is told that nobody knows whether the run was begun", async () => {
  const { url } = await bench();
  const shell = testShell();
  const way = await lossy(url, (request) => (begins(request) ? "answer" : undefined));
  const ended = run(["run", await procedure("  - wait: 1 s"), "--url", way], shell);
  await expect.poll(() => shell.told.join("\n")).toContain("asking again");
  shell.signal("SIGINT");
  shell.signal("SIGTERM");
  expect(await ended).toBe(6);
  expect(shell.told.at(-1)).toContain(`nobody knows whether the run was begun: benchd runs --url ${way} tells`);
});

test("a cancel that does not arrive is asked for again, until it does", async () => {
  const { url } = await bench();
  let cancels = 0;
  const way = await lossy(url, ({ method }) => (method === "DELETE" && ++cancels === 1 ? "asked" : undefined));
  const shell = testShell();
  const ended = run(["run", await procedure("  - wait: 10 h"), "--url", way], shell);
  await expect.poll(() => shell.printed.join("\n")).toContain("wait 10 h");
  shell.signal("SIGINT");
  expect(await ended).toBe(1);
  expect([cancels, shell.printed.at(-1)]).toEqual([2, expect.stringContaining("is cancelled")]);
});

test("of a run whose gateway stays away nobody knows what becomes, and the exit says so", async () => {
  const clock = new DiscreteClock();
  const gone = new NoGatewayError("no gateway answers", { unsent: true, cause: undefined });
  const client = { bench: { where: "" }, run: async () => Promise.reject(gone) } as unknown as RunClient;
  const answering = { look: async () => {} };
  const failed = follow({ id: "r", client, answering, shell: testShell(), clock }).catch((error: unknown) => error);
  const error = await clock.until(failed);
  expect(statusOf(error)).toBe(6);
  expect(String(error)).toContain("benchd runs show r");
});

test("a run of which nobody knows what it has done exits as an action does", async () => {
  const ended = { id: "r", state: "error", outcome: "unknown", positions: [], recordings: [], error: null };
  const server = createServer(({ method }, reply) => {
    reply.writeHead(method === "POST" ? 201 : 200, { "content-type": "application/json" }).end(JSON.stringify(ended));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  cleanUp.push(async () => server.closeAllConnections());
  cleanUp.push(async () => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await run(["run", await procedure("  - wait: 1 s"), "--url", url], testShell())).toBe(6);
});

test("an answer to a question that is lost is asked for again, unless it has arrived", async () => {
  const lines = ["70", "71"];
  const asked: string[] = [];
  const shell = testShell({}, true, async (question) => {
    asked.push(question);
    return lines.shift();
  });
  const taken: unknown[] = [];
  let lose = true;
  const answer = async (_: string, value: unknown) => {
    if (lose) throw new NoGatewayError("no gateway answers", { unsent: false, cause: undefined });
    taken.push(value);
    return undefined;
  };
  const answering = new TerminalAnswering({ answer } as Pick<RunClient, "answer"> as RunClient, shell);
  const open: ToldPrompt[] = [
    { id: "a", message: "How much?", schema: { type: "number" }, thing: "gateway", invocation: { id: "run" } },
  ];
  await answering.look(open);
  await settled();
  lose = false;
  await answering.look(open);
  await settled();
  expect([asked.length, taken]).toEqual([2, [71]]);
});

test("what may have been done although no answer came is not said to be undone", async () => {
  const server = await lossy("http://127.0.0.1:9", () => "asked");
  const shell = testShell();
  expect(await run(["estop", "clear", "--reason", "looked", "--url", server], shell)).toBe(6);
  expect(shell.told.join("\n")).toContain("nobody knows whether it has done");
  expect(await run(["lease", "list", "--url", server], shell)).toBe(69);
});
