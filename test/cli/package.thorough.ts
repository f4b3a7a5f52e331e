import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bench, benchd, installed, listening, project, started } from "./installed.ts";

test("what is published has what runs, and nothing of the tests, the VM or the benchmarks", () => {
  // As `npm run build` does.
  const options = ["-p", join(project, "tsconfig.build.json"), "--noCheck", "--outDir", join(installed, "dist")];
  execFileSync(process.execPath, [join(project, "node_modules/typescript/bin/tsc"), ...options]);
  symlinkSync(join(project, "dashboard"), join(installed, "dashboard"));
  execFileSync(process.execPath, [join(installed, "dist/dashboard/build.js")]);
  // No link is packed.
  cpSync(join(project, "templates"), join(installed, "templates"), { recursive: true });
  const told = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: installed,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(told) as [{ readonly files: readonly { readonly path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "dist/benchd/src/cli/main.js",
      "dist/benchd/NOTICES.txt",
      expect.stringMatching(/^dist\/benchd\/dashboard\/files\/main-\w+\.js$/),
      expect.stringMatching(/^dist\/benchd\/dashboard\/files\/main-\w+\.css$/),
      "dist/benchd/drivers/syringe-pump.js",
      "dist/benchd/hardware-mocks/syringe-pump.js",
      "dist/src/driver.js",
      "dist/src/driver.d.ts",
      "dist/src/testing/index.js",
      "dist/drivers/syringe-pump.d.ts",
      "templates/driver/hotplate.ts",
    ]),
  );
  const sources = /(^|\/)(tests?|benchmarks|vm)\/|^dashboard\/|(?<!\.d)\.tsx?$/;
  // What is copied for whoever begins a driver is TypeScript.
  expect(paths.filter((path) => sources.test(path) && !path.startsWith("templates/"))).toEqual([]);
});

test("a driver by path, beside a configuration anywhere, runs on this copy of benchd", async () => {
  writeFileSync(
    join(bench, "waiter.mjs"),
    `import { defineThing, sleep, Type } from "benchd/driver";
export default defineThing({
  title: "Waiter",
  config: Type.Object({}),
  actions: { wait: { title: "Wait" } },
  open: async () => ({ invoke: { wait: () => sleep(1e6) } }),
});`,
  );
  // A second copy beside the driver: it would be found first, and no wait of it could be cancelled.
  const other = join(bench, "node_modules/benchd");
  mkdirSync(other, { recursive: true });
  writeFileSync(
    join(other, "package.json"),
    JSON.stringify({ name: "benchd", exports: { "./driver": "./driver.js" } }),
  );
  writeFileSync(join(other, "driver.js"), `throw new Error("the other copy was loaded");`);
  writeFileSync(join(bench, "benchd.yaml"), "things: { waiter: { driver: ./waiter.mjs } }");

  const gateway = benchd("serve", "--mock", "--port", "0");
  const url = await listening(gateway);
  const started = await fetch(`${url}/waiter/wait`, { method: "POST" });
  const { id } = (await started.json()) as { readonly id: string };
  await fetch(`${url}/action_invocations/${id}`, { method: "DELETE" });
  const ended = await fetch(`${url}/action_invocations/${id}?wait=5`);
  expect(await ended.json()).toMatchObject({ status: "cancelled" });

  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
  expect(gateway.complaints()).toBe("");
});

test("what is loaded when it is first asked for is there: metrics, and the parts of mail", async () => {
  writeFileSync(join(bench, "metrics.yaml"), "things: { counter: { driver: counter } }");
  const gateway = benchd("serve", "--mock", "--port", "0", "--config", "metrics.yaml");
  const answer = await fetch(`${await listening(gateway)}/metrics`);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("# TYPE benchd_")]);
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
  const parts = join(installed, "dist/benchd/src/parts");
  const [mail = ""] = readdirSync(parts).filter((name) => name.startsWith("nodemailer-"));
  const { default: nodemailer } = await import(join(parts, mail));
  expect(nodemailer).toHaveProperty("createTransport");
});

test("SIGTERM in the middle of an action ends it, and the process with 0", async () => {
  const example = join(project, "examples/bench.yaml");
  const gateway = benchd("serve", "--mock", "--time-scale", "20", "--port", "0", "--config", example);
  const url = await listening(gateway);
  const started = await fetch(`${url}/dispenser/dose`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ mass: 5 }),
  });
  expect(started.status).toBe(201);
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
  expect(gateway.complaints()).toBe("");
});

test("mistakes in the configuration end the process with 78, and no stack", async () => {
  writeFileSync(join(bench, "wrong.yaml"), "things: { a: { driver: cuonter } }");
  const gateway = benchd("serve", "--config", "wrong.yaml");
  expect(await gateway.ended).toBe(78);
  expect(gateway.complaints()).toBe('benchd: wrong.yaml:1:24: there is no driver "cuonter"; did you mean "counter"?\n');
});

test("the emergency stop is still latched after a SIGKILL", async () => {
  writeFileSync(join(bench, "latch.yaml"), "stateDirectory: ./state\nthings: { counter: { driver: counter } }");
  const serve = () => benchd("serve", "--mock", "--port", "0", "--config", "latch.yaml");
  const first = serve();
  const pressed = await fetch(`${await listening(first)}/emergency_stop`, { method: "POST" });
  expect(await pressed.json()).toMatchObject({ persisted: true });
  first.child.kill("SIGKILL");
  await first.ended;

  const second = serve();
  const url = await listening(second);
  expect((await fetch(`${url}/counter/noop`, { method: "POST" })).status).toBe(409);
  expect((await fetch(`${url}/counter/counter`)).status).toBe(200);
  await fetch(`${url}/emergency_stop`, { method: "DELETE" });
  expect((await fetch(`${url}/counter/noop`, { method: "POST" })).status).toBe(201);
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("npm start passes SIGTERM on, and leaves no gateway behind", async () => {
  cpSync(join(project, "examples"), join(installed, "examples"), { recursive: true });
  // Not to be built again.
  const npm = started("npm", ["start", "--ignore-scripts", "--", "--port", "0"], installed);
  const url = await listening(npm);
  npm.child.kill("SIGTERM");
  await npm.ended;
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test.each([
  [
    "syntax.mjs",
    "export default {\n  title: ,\n};",
    /the driver (\S+) cannot be loaded: Unexpected token ','; node --check \1 shows where/,
  ],
  ["throws.mjs", "\n\nthrow new Error('not today');", /the driver \S+throws\.mjs:3 cannot be loaded: not today/],
  ["typed.ts", "export default {};", /typed\.ts is TypeScript: compile it to JavaScript/],
])("a driver that does not load is refused with the line that is to blame: %s", async (name, code, words) => {
  writeFileSync(join(bench, name), code);
  writeFileSync(join(bench, "broken.yaml"), `things: { a: { driver: ./${name} } }`);
  const check = benchd("check", "broken.yaml");
  expect(await check.ended).toBe(78);
  expect(check.complaints()).toMatch(words);
});
