import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger, type LogStyle } from "../../src/cli/logger.ts";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";
import { all, formulas, hostile, huge } from "../fixtures/drivers/hostile-text.ts";
import { EventStreamReader } from "../http/event-stream.ts";
import { readExposition } from "../http/exposition.ts";
import { SocketClient } from "../http/socket-client.ts";
import { controlsIn, linesIn } from "./controls.ts";
import { readCsv } from "./csv.ts";
import { type Listening, openListening } from "./listening.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/drivers/${name}`, import.meta.url));
const [driver, lamp] = [fixture("hostile.ts"), fixture("lamp.ts")];
const title = JSON.stringify(`Hostile ${hostile.script} ${hostile.attribute}`);
const yaml = [
  "things:",
  `  hostile: { driver: ${driver}, title: ${title} }`,
  `  broken: { driver: ${driver}, config: { fails: true } }`,
  `  lamp: { driver: ${lamp}, gpio: { light: 17 } }`,
  "interlocks:",
  "  guard: { thing: hostile, property: text, equals: harmless, outputs: [lamp.light] }",
].join("\n");

describe("A12: text from a device that means harm", () => {
  let bench: Listening;
  let ids: readonly string[] = [];
  const get = async (path: string, accept = "*/*") => {
    const answer = await fetch(new URL(path, bench.url), { headers: { accept } });
    return { answer, text: await answer.text() };
  };
  const invoke = async (action: string, body?: unknown) => {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const answer = await fetch(new URL(`/hostile/${action}`, bench.url), { method: "POST", ...sent });
    return (await answer.json()) as { id: string; log: { message: string }[]; error: { detail: string } | null };
  };

  beforeAll(async () => {
    bench = await openListening({ yaml });
    const done = [await invoke("say", { text: all }), await invoke("fail"), await invoke("crash")];
    for (const n of formulas.keys()) done.push(await invoke("formula", { n }));
    ids = done.map(({ id }) => id);
    await bench.gateway.leases.take("lamp", all, { seconds: 60, note: all, onLoss: "finish" });
  });
  afterAll(() => bench.close());

  it("is JSON in every answer, which no browser takes for a page", async () => {
    const [said = ""] = ids;
    const paths = [
      ...["/hostile/text", "/hostile/refused", "/thing_states", "/hostile/", "/thing_descriptions/", "/things/"],
      ...["/action_invocations", `/action_invocations/${said}`, `/action_invocations/${said}/output`, "/actions"],
      ...["/gateway/history", `/gateway/history/${said}`, "/gateway/audit", "/openapi.json", "/health"],
      ...["/things/hostile", "/things/hostile/properties/text", "/things/hostile/actions", "/gateway/directory/things"],
    ];
    for (const path of paths) {
      const { answer, text } = await get(path, "text/html");
      expect([path, answer.headers.get("content-type")]).toEqual([
        path,
        expect.stringMatching(/^application\/([a-z]+\+)?json$/),
      ]);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("set-cookie")).toBeNull();
      expect(() => JSON.parse(text)).not.toThrow();
    }
    // Nothing of it is lost on the way, either.
    expect(JSON.parse((await get("/hostile/text")).text)).toBe(all);
    expect(JSON.parse((await get(`/action_invocations/${said}`)).text)).toMatchObject({
      output: all,
      log: [{ message: all }],
    });
  });

  it("is not on the pages for people, which put it in as text, and may make no markup of any", async () => {
    for (const path of ["/", "/docs"]) {
      const { text } = await get(path);
      expect(text).not.toMatch(/<script>alert|<img src=x|onmouseover='alert|Hostile|harmless/);
    }
    const { answer } = await get("/");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /script-src 'self'; .*require-trusted-types-for 'script'; trusted-types 'none'/,
    );
  });

  it("is bounded wherever errors and states are told, though the device says a megabyte", async () => {
    expect(bench.gateway.thing("broken").reason?.length).toBeLessThan(10_000);
    for (const path of ["/thing_states", "/", `/action_invocations/${ids[2]}`])
      expect((await get(path)).text.length).toBeLessThan(200_000);
    expect(JSON.parse((await get("/hostile/huge")).text)).toBe(huge);
  });

  it("is one JSON line in the log, and forges no other", () => {
    const lines = bench.logged();
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      expect(line.trimEnd()).not.toMatch(/[\r\n]/);
      expect(JSON.parse(line)).not.toMatchObject({ msg: "forged" });
    }
  });

  it.each<LogStyle>(["json", "journal", "human"])("is one line of the %s log, without controls", (style) => {
    const lines: string[] = [];
    const log = createLogger({ write: (line) => void lines.push(line) }, style);
    for (const text of [...Object.values(hostile), all, huge]) {
      log.warn({ thing: "hostile", reply: text, [text.slice(0, 50)]: text }, text);
      log.error({ err: new Error(text) }, "it has failed");
    }
    expect(lines).toHaveLength(2 * (Object.keys(hostile).length + 2));
    for (const line of lines) {
      expect(controlsIn(line)).toEqual([]);
      // The stack of an error goes over several lines where people read; each is seen to belong to it.
      const [, ...more] = line.trimEnd().split("\n");
      expect(more.filter((one) => !one.startsWith("    "))).toEqual([]);
      if (style === "json") expect(more).toEqual([]);
    }
  });

  it("is no formula in CSV, and breaks no row", async () => {
    const rows = readCsv((await get("/gateway/history?format=csv")).text);
    const [header = []] = rows;
    expect(rows).toHaveLength(ids.length + 1);
    const errors = rows.slice(1).map((row) => {
      expect(row).toHaveLength(header.length);
      return row[header.indexOf("error")] ?? "";
    });
    for (const cell of rows.flat()) {
      // A tab, a line break and, in some countries, a semicolon are where a cell may begin.
      for (const part of cell.split(/[;\t\r\n]/)) expect(part).not.toMatch(/^\s*[=+@\uff1d]|^\s*-(?!\d+(\.\d+)?$)/);
    }
    expect(errors).toEqual(expect.arrayContaining([`'${hostile.formula}`, "'@SUM(1)"]));
  });

  it("is one line of NDJSON, whatever ends a line for its reader", async () => {
    const { text } = await get("/gateway/history?format=ndjson");
    const lines = linesIn(text.trimEnd());
    expect(lines).toHaveLength(ids.length);
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id).toSorted()).toEqual([...ids].toSorted());
  });

  it("is one event of the stream, and one message on the WebSocket", async () => {
    const socket = bench.connect();
    const reader = new EventStreamReader();
    socket.setEncoding("latin1");
    socket.write(`GET /events?thing=hostile HTTP/1.1\r\nhost: ${bench.url.host}\r\n\r\n`);
    const ws = await SocketClient.open(new URL("/hostile/ws", bench.url).href.replace("http:", "ws:"));
    ws.send(JSON.stringify({ messageType: "addPropertyObservation", data: { text: {} } }));
    let came = "";
    const alarm = new Promise<void>((resolve) => {
      socket.on("data", (data: string) => {
        came += data;
        if (came.includes("event: event\n")) resolve();
      });
    });
    await new Promise<void>((resolve) => socket.once("data", () => resolve()));
    await invoke("say", { text: all });
    await alarm;
    for (const line of came.split("\n"))
      expect(line).toMatch(/^(HTTP\/|[\w-]+: |[0-9a-f]+\r?$|\r?$|id: |event: |data: \{|:|retry)/);
    const body = came.slice(came.indexOf("\r\n\r\n") + 4).replaceAll(/^[0-9a-f]+\r\n|\r\n/gm, "");
    reader.feed(Buffer.from(body, "latin1").toString("utf8"));
    expect(reader.messages.length).toBeGreaterThan(0);
    expect(reader.messages.map(({ event }) => event)).not.toContain("emergencyStop");
    expect(reader.messages.some(({ data }) => (JSON.parse(data) as { data?: unknown }).data === all)).toBe(true);
    expect(ws.received.map((text) => JSON.parse(text))).toEqual(
      expect.arrayContaining([expect.objectContaining({ messageType: "propertyStatus", data: { text: all } })]),
    );
    socket.destroy();
    ws.socket.destroy();
  });

  it("is no label and no sample for Prometheus", async () => {
    const { text } = await get("/metrics");
    expect(readExposition(text).map(({ name }) => name)).not.toContain("forged");
    expect(text).not.toMatch(/<script|forged|gnp/);
  });

  it.each([
    [["doctor", "--config", "/nowhere/bench.yaml"]],
    [["interlock", "list"]],
    [["lease", "list"]],
    [["emergency-stop"]],
    [["transcript", "first"]],
  ])("is told by benchd %s without a control character", async (command) => {
    const shell = testShell();
    const args = command.map((arg) => (arg === "first" ? (ids[0] ?? "") : arg));
    await run([...args, "--url", bench.url.href], shell);
    const said = [...shell.printed, ...shell.told];
    expect(said.length).toBeGreaterThan(0);
    for (const line of said) expect(controlsIn(line)).toEqual([]);
  });
});
