import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { parseConfig, readConfig } from "../../src/gateway/config/config.ts";

/** What is told about a text, one mistake a line, without the file's name. */
function mistakes(text: string): readonly string[] {
  try {
    parseConfig(text, "benchd.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const lines = (error as ConfigError).message.split("\n");
    const told = lines.length > 1 ? lines.slice(1) : lines;
    return told.map((line) => line.trim().replaceAll("benchd.yaml:", ""));
  }
  return [];
}

test("a configuration needs no more than its Things, and everything else has a default", () => {
  const config = parseConfig("things: { counter: { driver: counter } }", "/etc/benchd/benchd.yaml");
  expect(config).toMatchObject({
    file: "/etc/benchd/benchd.yaml",
    directory: "/etc/benchd",
    listen: { host: "127.0.0.1", port: 5000 },
    prefix: "",
    stateDirectory: undefined,
    allowedHosts: [],
    access: { auth: "none", emergencyStop: "token", origins: [], proxies: [] },
    gpio: { backend: "auto", chip: undefined },
  });
  expect(config.things.get("counter")).toMatchObject({
    name: "counter",
    driver: "counter",
    twin: undefined,
    title: undefined,
    config: {},
    serial: undefined,
    gpio: {},
    uses: {},
  });
});

test("everything a configuration says is read", () => {
  const config = parseConfig(
    `
listen: { host: "::1", port: 8080 }
prefix: /api/v1
stateDirectory: state
allowedHosts: [bench.local]
gpio: { backend: sysfs, chip: pinctrl-rp1 }
things:
  pump: { driver: ./my-pump.js, twin: ./my-pump-twin.js, title: Pump, config: { address: 0 }, serial: /dev/ttyUSB0 }
  door: { driver: door, gpio: { contact: 17, lamp: { line: 4, activeLow: true, debounceMs: 20 } } }
  dispenser: { driver: dispenser, uses: { pump: pump } }
`,
    "/etc/benchd/benchd.yaml",
  );
  expect(config).toMatchObject({
    listen: { host: "::1", port: 8080 },
    prefix: "/api/v1",
    stateDirectory: "/etc/benchd/state",
    allowedHosts: ["bench.local"],
    gpio: { backend: "sysfs", chip: "pinctrl-rp1" },
  });
  expect([...config.things.keys()]).toEqual(["pump", "door", "dispenser"]);
  expect(config.things.get("pump")).toMatchObject({
    driver: "/etc/benchd/my-pump.js",
    twin: "/etc/benchd/my-pump-twin.js",
    title: "Pump",
    config: { address: 0 },
    serial: { address: { path: "/dev/ttyUSB0" }, options: {} },
  });
  expect(config.things.get("door")?.gpio).toEqual({
    contact: { line: 17 },
    lamp: { line: 4, activeLow: true, debounceMs: 20 },
  });
  expect(config.things.get("dispenser")?.uses).toEqual({ pump: "pump" });
});

test("an entry knows where its parts stand in the file", () => {
  const text = "things:\n  pump:\n    driver: x\n    config:\n      address: 3\n";
  const pump = parseConfig(text, "benchd.yaml").things.get("pump");
  expect(pump?.at("driver")).toBe("benchd.yaml:3:13");
  expect(pump?.at("config")).toBe("benchd.yaml:4:5");
  expect(pump?.at("config", "address")).toBe("benchd.yaml:5:16");
  expect(pump?.at("serial")).toBe("benchd.yaml:2:3");
});

test("all mistakes are told at once, in the order of the file, each at its place", () => {
  const text = `listne: {}
listen: { host: 0.0.0.0, port: "5000" }
prefix: /api/
things:
  pump:
    driver: syringe-pump
    seriel: /dev/ttyUSB0
  pump: { driver: x, uses: { other: baalnce } }
  balance: { driver: y }
  My Pump: { driver: x }
`;
  expect(mistakes(text)).toEqual([
    '1:1: there is no setting "listne"; did you mean "listen"?',
    '2:32: "port" must be a whole number, not the text "5000": take the quotes away (expected: a port from 1 to 65535)',
    '3:9: "prefix" must be a path without a slash at its end, such as /api/v1, not the text "/api/"',
    "8:3: this key is already there above, and the same key cannot stand twice: rename or remove one",
    '8:37: there is no Thing "baalnce"; did you mean "balance"?',
    expect.stringMatching(/^10:3: "My Pump" cannot be a name; .*, such as my_pump/),
  ]);
});

test.each([
  ["a tab", "things:\n\tpump: {}", /^2:1: YAML is indented with spaces/],
  ["a bracket left open", "things: [", /^1:10: Flow sequence/],
  ["a second document", "things: {}\n---\nthings: {}", /^2:1: the file holds one configuration/],
  ["an alias of nothing", "things: { a: *b }", /^1:14: nothing above is marked &b/],
  [
    "an alias inside of itself",
    "things: &a\n  b: { driver: x, config: *a }",
    /^2:27: \*a stands inside of what it repeats/,
  ],
  ["a tag", "things: !secret {}", /^1:9: Unresolved tag/],
])("%s is a mistake of syntax", (_, text, told) => {
  expect(mistakes(text)).toEqual([expect.stringMatching(told)]);
});

test.each([
  ["an empty file", "", /^1:1: must hold settings \(listen, .*\), not nothing/],
  ["a list", "- pump", /^1:1: must hold settings .* not a list/],
  ["no Things", "prefix: ''", /^1:1: "things" is missing/],
  [
    "an entry without driver",
    "things:\n  pump:\n    title: P",
    /^2:3: "driver" is missing: add it \(the name of a driver/,
  ],
  ["an empty entry", "things:\n  pump:", /^2:3: must hold settings \(driver, .*\), not nothing/],
  [
    "a port by its bare name",
    "things: { a: { driver: x, serial: ttyUSB0 } }",
    /1:35: "serial" must be the path of a port/,
  ],
  ["a pull that is none", "things: { a: { driver: x, gpio: { p: { line: 1, pull: out } } } }", /one of up, down, none/],
  ["a header pin's number", "things: { a: { driver: x, gpio: { p: 99 } } }", /1:38: "line" must be at most 53, not 99/],
  ["a pin without a line", "things: { a: { driver: x, gpio: { p: { pull: up } } } }", /1:35: "line" is missing/],
  [
    "a misspelt option",
    "things: { a: { driver: x, gpio: { p: { line: 1, activLow: true } } } }",
    /did you mean "activeLow"\?/,
  ],
  ["a host with spaces", "allowedHosts: [a b]\nthings: {}", /^1:16: "allowedHosts" must be the name of a host/],
  ["a slot filled by a number", "things: { a: { driver: x, uses: { s: 3 } } }", /1:38: "s" must be a text, not 3/],
])("%s is refused", (_, text, told) => {
  expect(mistakes(text)).toEqual([expect.stringMatching(told)]);
});

test.each(["things", "gateway", "emergency_stop", "openapi.json", ".well-known", "api"])(
  "no Thing can be named %s, which is a path of the gateway",
  (name) => {
    expect(mistakes(`things: { ${name}: { driver: x } }`)).toEqual([
      `1:11: "${name}" is a path of the gateway itself: give the Thing another name`,
    ]);
  },
);

test.each(["Pump", "my-pump", "1pump", "pump/../etc", "__proto__", "pümpe", "a".repeat(65)])(
  "the name %s is refused",
  (name) => {
    expect(mistakes(`things: { "${name}": { driver: x } }`)).toEqual([expect.stringContaining("cannot be a name")]);
  },
);

test("a serial port belongs to one Thing, however its path is spelt", () => {
  const text = "things:\n  a: { driver: x, serial: /dev/ttyUSB0 }\n  b: { driver: x, serial: /dev/../dev//ttyUSB0 }\n";
  expect(mistakes(text)).toEqual([
    "3:27: /dev/../dev//ttyUSB0 already belongs to a (2:27): a port has one Thing, give each its own; several share one as a bus, below buses:",
  ]);
});

test("a GPIO line belongs to one pin", () => {
  const text = "things:\n  a: { driver: x, gpio: { p: 4, q: { line: 4 } } }\n  b: { driver: x, gpio: { r: 4 } }\n";
  expect(mistakes(text)).toEqual([
    "2:36: GPIO line 4 already belongs to a.p (2:30): give each pin a line of its own",
    "3:30: GPIO line 4 already belongs to a.p (2:30): give each pin a line of its own",
  ]);
});

test("sysfs sets no pulls, and neither does config.txt by itself", () => {
  const text = "gpio: { backend: sysfs }\nthings:\n  a: { driver: x, gpio: { p: { line: 4, pull: up }, q: 5 } }\n";
  expect(mistakes(text)).toEqual([
    '3:47: "backend: sysfs" can set no pull: leave it out and add gpio=4=ip,pu to config.txt, or take the character device',
  ]);
  expect(mistakes(text.replace("sysfs", "auto"))).toEqual([]);
  expect(mistakes("gpio: { backend: gpiod, chp: x }\nthings: {}")).toEqual([
    '1:18: "backend" must be one of auto, character-device, sysfs, not the text "gpiod"',
    '1:25: there is no setting "chp"; did you mean "chip"?',
  ]);
});

test("Things that use each other in a circle are refused, with the circle spelt out", () => {
  const text = `things:
  a: { driver: x, uses: { s: b } }
  b: { driver: x, uses: { s: c } }
  c: { driver: x, uses: { s: b } }
  d: { driver: x, uses: { s: d, t: a } }
`;
  expect(mistakes(text)).toEqual([
    "4:30: b uses c uses b: a Thing cannot use itself, leave one of these out",
    "5:30: d uses d: a Thing cannot use itself, leave one of these out",
  ]);
});

test("two Things may use the same third one", () => {
  const text = "things: { a: { driver: x, uses: { s: c } }, b: { driver: x, uses: { s: c, t: a } }, c: { driver: x } }";
  expect(mistakes(text)).toEqual([]);
});

test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])("benchd listens on %s", (host) => {
  expect(parseConfig(`{ listen: { host: "${host}" }, things: {} }`, "f").listen.host).toBe(host);
});

test("an anchor saves repeating a wiring", () => {
  const text = "things:\n  a: { driver: x, config: &same { n: 1 } }\n  b: { driver: x, config: *same }\n";
  expect(parseConfig(text, "f").things.get("b")?.config).toEqual({ n: 1 });
});

test("a file that is not there is named, with what to do", async () => {
  await expect(readConfig("/nowhere/benchd.yaml")).rejects.toThrow(
    "/nowhere/benchd.yaml: there is no such file: name yours, or begin one with benchd add",
  );
  await expect(readConfig(tmpdir())).rejects.toThrow("that is a folder");
});

test("a file is read from disk", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "benchd-")), "benchd.yaml");
  await writeFile(file, "things: { counter: { driver: counter } }");
  expect((await readConfig(file)).things.has("counter")).toBe(true);
});

test("what is nested without end is refused, rather than an error of ours", () => {
  expect(mistakes(`things: ${"[".repeat(5000)}${"]".repeat(5000)}`)).toEqual([
    expect.stringMatching(/^1:\d+: it is nested too deeply from here on: is this the right file\?$/),
  ]);
});

test.each([
  ["UTF-16", Buffer.from("\ufeffthings: {}", "utf16le")],
  ["UTF-16 without a mark", Buffer.from("things: {}", "utf16le")],
  ["Latin-1", Buffer.from("title: M\u00fcller", "latin1")],
])("a file in %s is told from a mistake in it", async (_, bytes) => {
  const file = join(await mkdtemp(join(tmpdir(), "benchd-")), "benchd.yaml");
  await writeFile(file, bytes);
  await expect(readConfig(file)).rejects.toThrow(
    `${file}: the file is not in UTF-8, or is no text at all: save it as UTF-8`,
  );
});

test("a byte order mark is no mistake", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "benchd-")), "benchd.yaml");
  await writeFile(file, "\ufeffthings: {}");
  expect((await readConfig(file)).things.size).toBe(0);
});

const bus = "buses: { rs485: { serial: /dev/ttyUSB0 } }\n";

test("Things share a port as a bus, which is named once", () => {
  const text = `${bus}things:\n  a: { driver: x, bus: rs485 }\n  b: { driver: x, bus: rs485 }`;
  const config = parseConfig(text, "benchd.yaml");
  expect(config.buses.get("rs485")).toEqual({
    name: "rs485",
    serial: { address: { path: "/dev/ttyUSB0" }, options: {} },
  });
  expect([...config.things.values()].map((thing) => thing.bus)).toEqual(["rs485", "rs485"]);
});

test("a bus that is wrong is told where it stands", () => {
  const wires = `buses:\n  rs485: { serial: ttyUSB0 }\n  1st: { serial: /dev/ttyUSB1 }\nthings:\n`;
  expect(
    mistakes(`${wires}  a: { driver: x, bus: rs458 }\n  b: { driver: x, bus: rs485, serial: /dev/ttyUSB1 }`),
  ).toEqual([
    expect.stringMatching(/^2:20: "serial" must be the path of a port/),
    expect.stringMatching(/^3:3: "1st" cannot be the name of a bus/),
    '5:24: there is no bus "rs458"; did you mean "rs485"?',
    "6:19: b is wired to a port and to a bus: leave out serial: or bus:",
    expect.stringMatching(/^6:39: \/dev\/ttyUSB1 already belongs to 1st \(3:18\)/),
  ]);
});

test("how much of the past is kept can be said, and is judged", () => {
  const bench = (history: string) => `history: ${history}\nthings: { counter: { driver: counter } }`;
  const { history } = parseConfig(bench("{ days: 7, count: 100, megabytes: 2, whenFull: run }"), "benchd.yaml");
  expect(history).toEqual({ days: 7, count: 100, bytes: 2 * 2 ** 20, whenFull: "run" });
  expect(parseConfig(bench("{}"), "benchd.yaml").history).toEqual({});
  for (const wrong of ["{ days: 0 }", "{ count: 0 }", "{ megabytes: 0 }", "{ whenFull: stop }", "{ month: 1 }", "7"])
    expect([wrong, mistakes(bench(wrong)).length]).toEqual([wrong, 1]);
});

test("how many blobs are kept is the configuration's, and a mistake in it is told with its place", () => {
  const bench = (blobs: string) => `blobs: ${blobs}\nthings: { counter: { driver: counter } }`;
  const { blobs } = parseConfig(bench("{ days: 7, count: 100, megabytes: 2, maxMegabytes: 0.5 }"), "benchd.yaml");
  expect(blobs).toEqual({ days: 7, count: 100, bytes: 2 * 2 ** 20, maxBytes: 2 ** 19 });
  expect(parseConfig(bench("{}"), "benchd.yaml").blobs).toEqual({});
  expect(() => parseConfig(bench("{ megabyte: 2 }"), "benchd.yaml")).toThrow("benchd.yaml:1:10");
  expect(() => parseConfig(bench("{ count: 0 }"), "benchd.yaml")).toThrow("at least 1");
});

test("how much clients may ask for is the configuration's, and a mistake in it is told with its place", () => {
  const bench = (limits: string) => `limits: ${limits}\nthings: { counter: { driver: counter } }`;
  const told = { connections: 100, requestSeconds: 5, requestsPerSecond: 50, failuresPerMinute: 10 };
  expect(parseConfig(bench(JSON.stringify(told)), "benchd.yaml").limits).toEqual(told);
  expect(parseConfig("things: { counter: { driver: counter } }", "benchd.yaml").limits).toEqual({});
  expect(() => parseConfig(bench("{ connections: 5 }"), "benchd.yaml")).toThrow(/^benchd.yaml:1:24: .*20 to 100000/);
  expect(() => parseConfig(bench("{ requestSeconds: 0 }"), "benchd.yaml")).toThrow(/seconds, 1 to 600/);
  expect(() => parseConfig(bench("{ requestPerSecond: 5 }"), "benchd.yaml")).toThrow(/requestsPerSecond/);
});
