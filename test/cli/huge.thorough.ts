import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { client, ends } from "./client.ts";
import { bench, listening, main, started } from "./installed.ts";

const driver = `import { defineThing, log, Type } from "benchd/driver";
const megabytes = (n) => "x".repeat(n * 2 ** 20);
const circle = { toJSON: undefined };
circle.self = circle;
const values = {
  text: () => megabytes(100),
  bytes: () => Buffer.alloc(100 * 2 ** 20),
  numbers: () => new Float64Array(12 * 2 ** 20),
  rows: () => Array.from({ length: 1.2e6 }, () => ({})),
  circle: () => circle,
  error: () => { throw new Error(megabytes(50)); },
  cause: () => { throw new Error("it has failed", { cause: new Error(megabytes(50)) }); },
  log: () => { for (let n = 0; n < 10; n++) log(megabytes(15)); return "done"; },
};
const input = Type.Object({ what: Type.String() });
export default defineThing({
  title: "Glutton",
  config: Type.Object({}),
  properties: Object.fromEntries(Object.keys(values).map((name) => [name, { title: name, schema: Type.Unknown(), readOnly: true }])),
  actions: { get: { title: "Get", input } },
  open: async () => ({ read: values, invoke: { get: ({ what }) => values[what]() } }),
});`;

test("F08: whatever a driver returns, throws or logs, however large, is an error or cut short, and nothing else ends by it", async () => {
  const at = mkdtempSync(join(bench, "huge-"));
  writeFileSync(join(at, "driver.mjs"), driver);
  writeFileSync(
    join(at, "benchd.yaml"),
    "stateDirectory: ./state\nthings: { glutton: { driver: ./driver.mjs }, counter: { driver: counter } }",
  );
  const serve = [main, "serve", "--mock", "--port", "0", "--config", join(at, "benchd.yaml")];
  const gateway = started(process.execPath, ["--max-old-space-size=120", ...serve], bench);
  const { ask } = client(await listening(gateway));
  const kept = 0.1 * 2 ** 20;
  for (const what of ["text", "bytes", "numbers", "rows", "circle", "error", "cause", "log"]) {
    const { id } = (await ask("POST", "/glutton/get", { what })).body;
    const found = async () => (await ask("GET", `/action_invocations/${id}`)).body;
    await expect.poll(async () => (await found()).status).toBe(what === "log" ? "completed" : "error");
    const { body, status } = await ask("GET", `/glutton/${what}`);
    expect([what, status]).toEqual([what, what === "log" ? 200 : 500]);
    for (const answer of [body, await found()]) expect(JSON.stringify(answer).length).toBeLessThan(kept);
  }
  expect((await ask("POST", "/counter/noop", {})).status).toBe(201);
  expect(await ends(gateway)).toBe(0);
});
