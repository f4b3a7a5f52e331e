import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { effectiveSettings } from "../../src/gateway/config/effective.ts";
import { testShell } from "../cli/shell.ts";

const text = `
listen: { port: 6000 }
history: { megabytes: 10 }
things:
  pump: { driver: syringe-pump, serial: /dev/ttyUSB0, config: { diameter: 10, password: hunter2 } }
interlocks:
  lid: { thing: pump, property: rate, equals: 0, outputs: [pump.motor] }
notifiers:
  chat: { webhook: { url: "https://chat.example/hook/abcdef", tokenFile: ./token } }
`;

test("each setting is told once, with who says so, and what the file leaves out", () => {
  const config = { ...parseConfig(text, "a.yaml"), overridden: { "/listen/host": "command line" as const } };
  const settings = effectiveSettings(config, new Map([["pump", { diameter: 10, password: "hunter2", address: 0 }]]));
  const of = (path: string) => {
    const [found, ...more] = settings.filter((one) => one.path === path);
    expect(more).toEqual([]);
    return found && [found.value, found.from];
  };
  expect([of("/listen/host"), of("/listen/port"), of("/prefix")]).toEqual([
    ["127.0.0.1", "command line"],
    [6000, "file"],
    ["", "default"],
  ]);
  expect([of("/history/megabytes"), of("/history/days"), of("/limits/requestsPerSecond")]).toEqual([
    [10, "file"],
    [90, "default"],
    [500, "default"],
  ]);
  expect([of("/things/pump/config/diameter"), of("/things/pump/config/address")]).toEqual([
    [10, "file"],
    [0, "default"],
  ]);
  expect([of("/interlocks/lid/on"), of("/interlocks/lid/outputs")]).toEqual([
    ["abort", "default"],
    [["pump.motor"], "file"],
  ]);
  expect(of("/notifiers/chat/webhook/tokenFile")).toEqual(["./token", "file"]);
});

test.each([
  ["on disk", "stateDirectory: ./state", [50_000, 256, 512, 1000, 2048, 64]],
  ["in memory", "", [1000, 64, 64, 100, 64, 16]],
])("how much is kept %s is told as it holds there", (_, more, bounds) => {
  const settings = effectiveSettings(parseConfig(`${more}\nthings: {}\nblobs: { count: 7 }`, "a.yaml"), new Map());
  const paths = ["/history/count", "/history/megabytes", "/blobs/megabytes"];
  const recordings = ["count", "megabytes", "maxMegabytes"].map((name) => `/keepRecordings/${name}`);
  const of = (path: string) => settings.find((one) => one.path === path);
  expect([...paths, ...recordings].map((path) => of(path)?.value)).toEqual(bounds);
  expect(of("/blobs/count")).toMatchObject({ value: 7, from: "file" });
});

test("a check shows it as it would hold in the folder that systemd gives", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "benchd-effective-")), "a.yaml");
  writeFileSync(file, "things: {}\n");
  const shown = async (environment: Readonly<Record<string, string>>) => {
    const shell = testShell(environment);
    expect(await run(["check", "--show", file], shell)).toBe(0);
    return shell.printed.filter((line) => /^ {2}(stateDirectory|history.count)/.test(line));
  };
  expect(await shown({})).toEqual(["  history.count: 1000 (default)"]);
  expect(await shown({ STATE_DIRECTORY: "/var/lib/lab" })).toEqual([
    '  stateDirectory: "/var/lib/lab" (environment)',
    "  history.count: 50000 (default)",
  ]);
});

test("blobs are told to be kept as long as the history, which they are unless told", () => {
  const days = (text: string) =>
    effectiveSettings(parseConfig(`things: {}\n${text}`, "a.yaml"), new Map()).find(
      ({ path }) => path === "/blobs/days",
    );
  expect(days("history: { days: 7 }")).toMatchObject({ value: 7, from: "default" });
  expect(days("history: { days: 7 }\nblobs: { days: 8 }")).toMatchObject({ value: 8, from: "file" });
});

test("what broker, discovery and schedules leave out is told, too, and no more than that", () => {
  const more = `${text}
mqtt: { broker: "mqtts://broker.lab.example", gateway: bench-3, user: bench-3, passwordFile: ./hidden }
schedules:
  nightly: { cron: "0 3 * * *", invoke: pump.stop }
  often: { every: 10 min, invoke: pump.stop }
`;
  const settings = effectiveSettings(parseConfig(more, "a.yaml"), new Map());
  const told = settings.filter(({ path }) => /^\/(mqtt|discovery|schedules)\//.test(path));
  expect(Object.fromEntries(told.map(({ path, value, from }) => [path, [value, from]]))).toEqual({
    "/mqtt/broker": ["mqtts://broker.lab.example", "file"],
    "/mqtt/gateway": ["bench-3", "file"],
    "/mqtt/user": ["bench-3", "file"],
    "/mqtt/passwordFile": ["./hidden", "file"],
    "/mqtt/prefix": ["benchd", "default"],
    "/mqtt/requests": ["off", "default"],
    "/schedules/nightly/cron": ["0 3 * * *", "file"],
    "/schedules/nightly/invoke": ["pump.stop", "file"],
    "/schedules/nightly/timeZone": [Intl.DateTimeFormat().resolvedOptions().timeZone, "default"],
    "/schedules/nightly/untrustedClock": ["wait", "default"],
    "/schedules/often/every": ["10 min", "file"],
    "/schedules/often/invoke": ["pump.stop", "file"],
    "/discovery/mdns": [true, "default"],
  });
  const without = effectiveSettings(parseConfig(text.concat("discovery: { mdns: false }"), "a.yaml"), new Map());
  expect(without.filter(({ path }) => /^\/(mqtt|discovery|schedules)/.test(path))).toEqual([
    { path: "/discovery/mdns", value: false, from: "file" },
  ]);
});

test("no secret is in it, nor what may be one", () => {
  const settings = effectiveSettings(parseConfig(text, "a.yaml"), new Map([["pump", { password: "hunter2" }]]));
  const told = JSON.stringify(settings);
  expect([told.includes("hunter2"), told.includes("abcdef")]).toEqual([false, false]);
});

const settings = (config: object) =>
  effectiveSettings(
    parseConfig(`things: { s: { driver: ./s.js, config: ${JSON.stringify(config)} } }`, "a.yaml"),
    new Map([["s", config]]),
  );
const asShown = (config: object) => JSON.stringify(settings(config));

test.each<readonly [string, object]>([
  ["in a list", { servers: [{ host: "h", password: "hunter2" }] }],
  ["below a name that says so", { credentials: { user: "u", word: { first: "hunter2" } } }],
  ["deep in a list below another name", { rooms: [{ doors: [{ apiKey: "hunter2" }] }] }],
  ["called a key", { accessKey: "hunter2" }],
  ["called so in the middle", { api_token_2: "hunter2" }],
  ["called so with a hyphen", { "api-key": "hunter2" }],
  ["called so in short", { pwd: "hunter2" }],
  ["called so in capitals", { SMTPPassword: "hunter2" }],
  ["in the query of an address", { url: "https://lab.example/x?room=1&api_key=hunter2" }],
  ["in an address, in a list", { urls: ["mqtt://bench:hunter2@lab.example"] }],
])("a driver's secret is not shown that is %s", (_, config) => {
  expect(asShown(config)).not.toContain("hunter2");
});

test("what a driver takes is shown where it is no secret, and where a secret lies", () => {
  const config = {
    tokenFile: "./t",
    passes: 3,
    keyboard: "de",
    servers: [{ host: "h" }],
    url: "https://lab.example/?room=1",
  };
  for (const { path, value } of settings(config).filter(({ path }) => path.startsWith("/things/s/config/")))
    expect(value).toEqual(config[path.split("/").at(-1) as keyof typeof config]);
});

test("a Thing may have any name, and is shown", () => {
  const config = parseConfig("things: { token: { driver: counter, title: Key, gpio: { key: 4 } } }", "a.yaml");
  const shown = effectiveSettings(config, new Map([["token", { limit: 5 }]]));
  expect(shown.filter(({ value }) => value === "(not shown)")).toEqual([]);
});
