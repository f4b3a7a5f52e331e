import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Source {
  /** From the root of the project, as in `src/thing/thing.ts`. */
  readonly file: string;
  readonly code: string;
  /** Relative ones are resolved to a file of the project. */
  readonly imports: readonly string[];
}

function read(folder: string): readonly Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tsx?|mjs|js)$/.test(name) && !name.includes("node_modules/"))
    .map((name) => join(folder, name))
    .map((file) => {
      const code = withoutComments(readFileSync(join(root, file), "utf8"));
      return { file, code, imports: importsIn(code).map((specifier) => resolved(file, specifier)) };
    });
}

/** Strings that look like comments (`"http://…"`) keep their quotes' content up to there; no import looks like that. */
const withoutComments = (code: string) => code.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`\w])\/\/.*$/gm, "");

/** Without what is gone once types are. */
const withoutTypes = (code: string) =>
  code.replaceAll(/(?:^|\n)(?:import|export) type [^"';]*from\s+["'][^"']+["'];/g, "");

function importsIn(code: string): readonly string[] {
  const statements = /(?:^|[;}\s])(?:import|export)\s+(?:[^"';()]*?\sfrom\s+)?["']([^"']+)["']/g;
  const calls = /\bimport\(\s*["']([^"']+)["']/g;
  return [...code.matchAll(statements), ...code.matchAll(calls)].flatMap((match) => match[1] ?? []);
}

const resolved = (file: string, specifier: string) =>
  specifier.startsWith(".") ? relative(root, join(root, dirname(file), specifier)) : specifier;

const sources = read("src");
const drivers = read("drivers");
const twins = read("hardware-mocks");
const templates = read("templates/driver");
const benchmarks = read("benchmarks");
const dashboard = read("dashboard");
const bundling = read("bundle");
const all = [...sources, ...drivers, ...twins, ...benchmarks, ...dashboard, ...bundling];

/** The layers of `src/`, and which of the others each may import: those below it. */
const below: Readonly<Record<string, readonly string[]>> = {
  leaf: [],
  transport: ["leaf"],
  invocation: ["leaf"],
  thing: ["leaf", "transport", "invocation"],
  journal: ["leaf", "invocation", "thing"],
  /** What happens on the bench, for those who want to be told. */
  events: ["leaf", "invocation", "thing"],
  /** What is done with Things over a longer time. */
  experiment: ["leaf", "invocation", "thing", "journal", "events"],
  /** What simulated devices are made of; `--mock` needs them too. */
  twin: ["leaf", "transport"],
  /** Who somebody is, and what he may do. */
  access: ["leaf", "journal"],
  gateway: ["leaf", "transport", "invocation", "thing", "journal", "events", "experiment", "access", "twin"],
  http: ["leaf", "invocation", "thing", "events", "experiment", "access", "gateway"],
  /** What is told to a broker, and asked through one. */
  mqtt: ["leaf", "invocation", "thing", "events", "access", "gateway"],
  /** How a gateway is found on its network. */
  discovery: ["leaf"],
  cli: [
    "leaf",
    "discovery",
    "transport",
    "thing",
    "journal",
    "twin",
    "events",
    "experiment",
    "access",
    "gateway",
    "http",
    "mqtt",
    "client",
  ],
  /** What asks a gateway, anywhere: it names types of the others, and has nothing of them. */
  client: [],
  /** What drivers see. */
  "driver.ts": ["leaf", "transport", "thing"],
  /** What tests of drivers see: whole benches. */
  testing: ["leaf", "transport", "invocation", "thing", "twin", "events", "experiment", "gateway"],
};

function layerOf(file: string): string {
  const [, folder = "", ...rest] = file.split("/");
  return rest.length > 0 || folder === "driver.ts" ? folder : "leaf";
}

/** Every import that `allowed` does not let pass, as `file → import`. */
const forbidden = (files: readonly Source[], allowed: (specifier: string, file: string) => boolean) =>
  files.flatMap(({ file, imports }) =>
    imports.filter((specifier) => !allowed(specifier, file)).map((specifier) => `${file} → ${specifier}`),
  );

/** Those who import a package, by themselves or through a path in it. */
const importersOf = (name: string, files: readonly Source[] = all) =>
  files.filter(({ imports }) => imports.some((specifier) => specifier === name || specifier.startsWith(`${name}/`)));

test("the sources were found, and imports in them", () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(drivers.length).toBeGreaterThan(0);
  expect(twins.length).toBeGreaterThan(0);
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
  expect(importsIn(`import a from "a";\nimport "b";\nexport { c } from "c";\nawait import("d")`)).toEqual(
    expect.arrayContaining(["a", "b", "c", "d"]),
  );
});

test("every folder of src/ is a layer of the design", () => {
  expect(Object.keys(below)).toEqual(expect.arrayContaining([...new Set(sources.map(({ file }) => layerOf(file)))]));
});

test("imports point down only", () => {
  const pointsDown = (specifier: string, file: string) => {
    if (!specifier.startsWith("src/")) return true;
    const [from, to] = [layerOf(file), layerOf(specifier)];
    // It names types only: see below.
    if (from === "client") return true;
    return from === to || (below[from] ?? []).includes(to);
  };
  expect(forbidden(sources, pointsDown)).toEqual([]);
});

test("the client runs in a browser: it has nothing of src/ but types, and no module of Node or a package", () => {
  const client = sources.filter(({ file }) => layerOf(file) === "client");
  expect(client.length).toBeGreaterThan(3);
  const atRunTime = client.map(({ file, code }) => {
    const imports = importsIn(withoutTypes(code)).map((specifier) => resolved(file, specifier));
    return { file, code, imports };
  });
  expect(forbidden(atRunTime, (specifier) => specifier.startsWith("src/client/"))).toEqual([]);
  // The types, too, are to be had without Node's; those of schemas need none.
  const named = client.flatMap(({ imports }) => imports.filter((specifier) => !specifier.startsWith("src/client/")));
  expect(new Set(named)).toEqual(new Set(["src/typebox.ts"]));
  expect(importsIn(withoutTypes('import { type A } from "a";\nimport type { B } from "b";'))).toEqual(["a"]);
});

test("nothing in src/ imports a driver, a twin, or the drivers' own API", () => {
  const outside = /^(drivers|hardware-mocks|templates|test|benchmarks|examples)\/|^benchd\/|^src\/driver\.ts$/;
  expect(forbidden(sources, (specifier) => !outside.test(specifier))).toEqual([]);
});

test("the dashboard imports the client of the gateway, and nothing else of it", () => {
  expect(dashboard.length).toBeGreaterThan(20);
  const tools = /^dashboard\/(build|bundle|pictures)\.ts$/;
  const page = dashboard.filter(({ file }) => !tools.test(file));
  const allowed = /^(dashboard\/|src\/client\/|preact(\/|$)|@preact\/signals$|uplot(\/|$))/;
  expect(forbidden(page, (specifier) => allowed.test(specifier))).toEqual([]);
});

test("a driver imports benchd/driver and the definitions of other drivers, nothing else", () => {
  const made = templates.filter(({ file }) => !/\.(twin|test)\.ts$/.test(file));
  expect(made.length).toBe(1);
  const allowed = (specifier: string) => specifier === "benchd/driver" || specifier.startsWith("drivers/");
  expect(forbidden([...drivers, ...made], allowed)).toEqual([]);
});

test("a twin imports benchd/testing and the world it stands in, never the driver it stands for", () => {
  const made = templates.filter(({ file }) => file.endsWith(".twin.ts"));
  expect(made.length).toBe(1);
  const allowed = (specifier: string) => specifier === "benchd/testing" || specifier.startsWith("hardware-mocks/");
  expect(forbidden([...twins, ...made], allowed)).toEqual([]);
});

test.each([
  ["preact", /^dashboard\//],
  ["@preact", /^dashboard\//],
  ["uplot", /^dashboard\/plot\//],
  ["esbuild", /^(dashboard|bundle)\/bundle\.ts$/],
  ["serialport", /^(src\/transport\/serialport\.ts$|benchmarks\/)/],
  ["koffi", /^src\/(transport|cli\/systemd)\//],
  ["onoff", /^src\/transport\/gpio-sysfs\.ts$/],
  ["typebox", /^src\/typebox\.ts$/],
  ["safe-regex2", /^src\/schema-cost\.ts$/],
  ["fastify", /^(src\/http|benchmarks)\//],
  ["@fastify", /^(src\/http|benchmarks)\//],
  ["@fastify/cors", /^src\/http\/cors\.ts$/],
  ["better-sqlite3", /^(src\/journal|benchmarks)\//],
  ["yaml", /^src\/(gateway\/config\/(file|edit)|experiment\/procedure\/read-tree)\.ts$/],
  ["pino", /^(src\/cli|benchmarks)\//],
  ["bonjour-service", /^src\/discovery\/announcer\.ts$/],
  ["croner", /^src\/experiment\/schedule\/cron\.ts$/],
  ["nodemailer", /^src\/experiment\/notify\/mail\.ts$/],
  ["mqtt", /^src\/mqtt\/(session|packet-properties)\.ts$/],
  ["node:net", /^(src\/(transport|cli|http)\/|src\/experiment\/notify\/mail\.ts$|benchmarks\/)/],
  ["node:http", /^(src\/(http|cli\/tls)|benchmarks)\//],
  ["node:https", /^src\/(http\/secure|cli\/tls\/send)\.ts$/],
  ["selfsigned", /^src\/cli\/tls\/self-signed\.ts$/],
  ["node:child_process", /^(src\/cli|benchmarks)\//],
])("%s is imported only where it belongs", (name, where) => {
  expect(
    importersOf(name)
      .filter(({ file }) => !where.test(file))
      .map(({ file }) => file),
  ).toEqual([]);
});

test("there is one ambient context, and one file that holds it", () => {
  const stores = all.filter(({ code }) => /new AsyncLocalStorage\b/.test(code)).map(({ file }) => file);
  expect(stores).toEqual(["src/context.ts"]);
});

test("only the command line touches the process it runs in", () => {
  const touches = /\bprocess\.(?!(nextTick|hrtime)\b)|node:process/;
  const found = [...sources, ...drivers, ...twins].filter(({ code }) => touches.test(code)).map(({ file }) => file);
  expect(found.filter((file) => !file.startsWith("src/cli/"))).toEqual([]);
});

test("nothing but the clocks sets timers, and what watches a real port", () => {
  // A socket's own limit is no timer of ours.
  const timers = /(?<!\bsocket\.)\b(setTimeout|setInterval)\(|node:timers/;
  const found = [...sources, ...drivers, ...twins].filter(({ code }) => timers.test(code)).map(({ file }) => file);
  expect(found.filter((file) => !/^src\/((\w+-)?clock|client\/clock|transport\/serialport)\.ts$/.test(file))).toEqual(
    [],
  );
});

test("no bare Error is thrown in src/", () => {
  const bare = sources.filter(({ code }) => /throw new (Error|TypeError|RangeError)\(/.test(code));
  // The clock of tests: it reports a test that waits for nothing.
  expect(bare.map(({ file }) => file)).toEqual(["src/discrete-clock.ts"]);
});
