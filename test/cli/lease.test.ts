import { afterEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function serve() {
  const { gateway, url, close } = await served("things: { counter: { driver: counter }, helper: { driver: counter } }");
  cleanUp.push(close);
  const shell = testShell({ USER: "ada" });
  const benchd = (...args: string[]) => run(["lease", ...args, "--url", url], shell);
  return { leases: gateway.leases, audit: gateway.audit, shell, benchd };
}

test("a lease is taken, shown, prolonged and given back from the command line", async () => {
  const { leases, shell, benchd } = await serve();
  expect(await benchd("take", "counter", "--seconds", "60", "--note", "calibration", "--on-loss", "cancel")).toBe(0);
  const taken = leases.of("counter");
  expect(taken).toMatchObject({ seconds: 60, note: "ada, command line: calibration", onLoss: "cancel" });
  const number = String(taken?.number);
  expect(shell.printed).toEqual([number]);
  expect(await benchd("list")).toBe(0);
  expect(shell.printed.slice(1)).toEqual([
    expect.stringMatching(/^counter: \d+, 127\.0\.0\.1 until .+Z, "ada, command line: calibration"$/),
  ]);
  expect(await benchd("renew", "counter", "--number", number, "--seconds", "7200")).toBe(0);
  expect(leases.of("counter")).toMatchObject({ seconds: 7200, note: "ada, command line: calibration" });
  expect(await benchd("release", "counter", "--number", number)).toBe(0);
  expect([leases.of("counter"), shell.printed.at(-1)]).toEqual([undefined, "counter is given back."]);
});

test("who has it is told to others, and breaking it wants a reason, which the audit trail keeps", async () => {
  const { leases, audit, shell, benchd } = await serve();
  await leases.take("counter", "bob", { seconds: 600, note: "lunch", onLoss: "finish" });
  expect(await benchd("take", "counter")).toBe(1);
  expect(shell.told.at(-1)).toMatch(/counter is leased to bob until .+, who says "lunch"/);
  expect(await benchd("break", "counter")).toBe(64);
  expect(leases.of("counter")?.holder).toBe("bob");
  expect(await benchd("break", "counter", "--reason", "it drips")).toBe(0);
  expect(leases.of("counter")).toBeUndefined();
  expect(audit.page({ limit: 1 })).toMatchObject([
    { what: "lease.broken", detail: expect.stringContaining("ada, command line: it drips") },
  ]);
});

test.each([
  [["take", "cuonter"], "has no Thing"],
  [["take"], "the name of the THING is missing"],
  [["renew", "counter"], "--number is missing"],
  [["release", "counter", "--number", "many"], "--number takes a whole number"],
  [["take", "counter", "--on-loss", "explode"], "--on-loss takes finish or cancel"],
  [["tkae", "counter"], "say what to do: list, take, renew, release, break"],
])("what is mistyped is told: %j", async (args, told) => {
  const { shell, benchd } = await serve();
  expect(await benchd(...args)).toBe(64);
  expect(shell.told.join("\n")).toContain(told);
});

test("a number that has ended is worth nothing here either", async () => {
  const { shell, benchd } = await serve();
  expect(await benchd("renew", "counter", "--number", "7")).toBe(1);
  expect(shell.told.at(-1)).toContain("lease 7 has ended");
});

test.each([["take", "counter"], ["list"]])("one who leaves out the prefix is told of it: %s", async (...args) => {
  const { url, close } = await served("{ prefix: /api/v1, things: { counter: { driver: counter } } }");
  cleanUp.push(close);
  const shell = testShell();
  expect(await run(["lease", ...args, "--url", url], shell)).toBe(64);
  expect(shell.told.join("\n")).toContain("with a prefix in its configuration, name that too");
  expect(await run(["lease", ...args, "--url", `${url}/api/v1`], shell)).toBe(0);
});
