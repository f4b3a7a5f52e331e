import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { doctorOf, type Machine } from "../../src/cli/doctor.ts";
import { run } from "../../src/cli/run.ts";
import { machine } from "../transport/machine.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const nobody = "http://127.0.0.1:9";
let here = machine();
let folder = "";
beforeEach(() => {
  here = machine();
  folder = mkdtempSync(join(tmpdir(), "benchd-doctor-"));
});
afterEach(() => {
  here.remove();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const write = (name: string, text: string, mode = 0o644) => {
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
  return at(name);
};

interface Asked extends Partial<Machine> {
  readonly url?: string;
  readonly bundle?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

async function examine(config: string, { url = nobody, bundle, environment = {}, ...rest }: Asked = {}) {
  const shell = testShell(environment);
  const made = { root: here.root, node: "20.20.2", isRoot: false, run: async () => undefined, ...rest };
  const more = bundle === undefined ? [] : ["--bundle", bundle];
  const status = await doctorOf(made).run(["--config", config, "--url", url, ...more], shell);
  const lines = shell.printed.map((line) => line.replaceAll(folder, "DIR"));
  return {
    status,
    lines,
    of: (about: string) => lines.filter((line) => line.slice(9).startsWith(`${about}: `)),
    shell,
  };
}

test("on a bench that is well there is nothing to do, and it exits with 0", async () => {
  here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"] });
  here.runs(612, "node", "dev/ttyUSB0");
  mkdirSync(at("state"), { mode: 0o700 });
  const file = write(
    "b.yaml",
    "stateDirectory: ./state\nthings: { pump: { driver: syringe-pump, serial: /dev/ttyUSB0, config: { diameter: 26.59, syringeVolume: 60 } } }\n",
  );
  const { url, close } = await served("things: { counter: { driver: counter } }");
  const { status, lines } = await examine(file, { url });
  await close();
  expect(lines.filter((line) => !line.startsWith("ok ") && !line.includes("clock"))).toEqual([]);
  expect(lines).toEqual(
    expect.arrayContaining([
      "ok       Node: 20.20.2",
      "ok       configuration: DIR/b.yaml, 1 Thing",
      "ok       port of pump: /dev/ttyUSB0, in use by node (process 612)",
      `ok       gateway: it answers at ${url}`,
    ]),
  );
  expect(status).toBe(0);
});

test("each problem is one line that says what to do, and it exits with 1", async () => {
  here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"] });
  here.runs(612, "ModemManager", "dev/ttyUSB0");
  mkdirSync(at("state/tokens"), { recursive: true, mode: 0o700 });
  chmodSync(at("state"), 0o777);
  write("state/local-token", "benchd_0123456789ab_x", 0o644);
  const yaml = [
    "stateDirectory: ./state",
    "things:",
    "  a: { driver: counter }",
    "  b: { driver: ph, serial: /dev/ttyUSB0 }",
    "  c: { driver: ph, serial: /dev/ttyUSB7 }",
    "  d: { driver: relays, gpio: { a: 17 } }",
  ];
  const { status, of, lines } = await examine(write("b.yaml", yaml.join("\n"), 0o646), { node: "18.1.0" });
  expect(status).toBe(1);
  expect(lines.filter((line) => line.includes("\n"))).toEqual([]);
  expect(of("Node").join()).toContain("problem  Node: benchd needs Node 20.19 or later");
  expect(of("configuration").join()).toContain("every user of this machine may change DIR/b.yaml");
  expect(of("state")).toContain("problem  state: others may write in DIR/state: chmod go-w DIR/state");
  expect(of("tokens").join()).toContain("others may get at DIR/state/local-token: chmod go=");
  expect(of("port of b").join()).toContain("in use by ModemManager (process 612): sudo systemctl disable --now");
  expect(of("port of c").join()).toContain("/dev/ttyUSB7 is not there: plug the device in");
  expect(of("GPIO").join()).toContain("there is no GPIO chip with a header");
  expect(of("gateway").join()).toContain(`problem  gateway: no gateway answers at ${nobody}`);
});

test("every mistake in the configuration is told, a line each", async () => {
  const { status, of } = await examine(write("b.yaml", "things: { a: { driver: countre }, b: { drive: x } }\n"));
  expect(status).toBe(1);
  expect(of("configuration")).toEqual([
    expect.stringMatching(/^problem .*there is no driver "countre"/),
    expect.stringMatching(/^problem .*"driver" is missing/),
    expect.stringMatching(/^problem .*there is no setting "drive"/),
  ]);
  expect((await examine(at("none.yaml"))).of("configuration").join()).toContain("there is no such file");
});

test("a folder above, and what a link leads to, count as the file itself", async () => {
  mkdirSync(at("open"));
  chmodSync(at("open"), 0o777);
  write("open/real.yaml", "things: { a: { driver: counter } }\n");
  symlinkSync(at("open/real.yaml"), at("link.yaml"));
  const { of } = await examine(at("link.yaml"));
  expect(of("configuration").join()).toContain("(by way of DIR/open)");
});

test("what systemd says of the service is told", async () => {
  const file = write("b.yaml", "things: {}\n");
  const say = (text: string) => examine(file, { run: async (program) => (program === "systemctl" ? text : undefined) });
  const shown = (active: string, restarts: number) =>
    `LoadState=loaded\nActiveState=${active}\nResult=exit-code\nNRestarts=${restarts}\n`;
  expect((await say(shown("active", 0))).of("service")).toEqual(["ok       service: active"]);
  expect((await say(shown("active", 3))).of("service").join()).toContain("started again 3 times");
  expect((await say(shown("failed", 3))).of("service").join()).toContain("benchd.service is failed (exit-code)");
  expect((await say("LoadState=not-found\n")).of("service")).toEqual([]);
});

test("the bundle holds no planted secret, no host and no name of a person, and tells what is wrong all the same", async () => {
  const token = `benchd_0123456789ab_${"S3cret".repeat(8).slice(0, 43)}`;
  const planted = {
    token,
    password: "hunter2-in-a-url",
    device: "hunter3-for-a-driver",
    note: "hunter4-title",
    key: "MIIEvgIBADANBgkqhkiG9w0",
    variable: "hunter5-environment",
    host: "instrument.chem.example",
    own: "bench7.chem.example",
    person: "Ada Lovelace",
    client: "10.11.12.13",
  };
  mkdirSync(at("state/tokens"), { recursive: true, mode: 0o700 });
  write("state/tokens/0123456789ab.json", JSON.stringify({ name: planted.person, hash: "x" }), 0o600);
  const yaml = [
    "stateDirectory: ./state",
    `allowedHosts: [${planted.own}]`,
    `buses: { far: { serial: "tcp://ada:${planted.password}@${planted.host}:4001" } }`,
    "things:",
    `  a: { driver: counter, title: "${planted.note}", config: { password: "${planted.device}" } }`,
  ];
  const log = [
    `listening on http://${planted.own}:5000`,
    `lease.taken on a by ${planted.person}: 1: a from ${planted.client}`,
    `Authorization: Bearer ${token}`,
    `-----BEGIN PRIVATE KEY-----\n${planted.key}\n-----END PRIVATE KEY-----`,
    `connecting to ${planted.host} with ${planted.device}`,
  ];
  const { url, gateway, close } = await served("things: { counter: { driver: counter } }");
  gateway.thing("counter").invoke("echo", { number: 1, text: planted.device }, { requestedBy: planted.person });
  const file = at("bundle.json");
  const { shell } = await examine(write("b.yaml", yaml.join("\n")), {
    ...{ url, bundle: file, environment: { AWS_SECRET: planted.variable, LANG: "C" } },
    run: async (program) => (program === "journalctl" ? log.join("\n") : undefined),
  });
  await close();
  const text = readFileSync(file, "utf8");
  for (const secret of Object.values(planted)) expect(text).not.toContain(secret);
  expect(text).not.toContain("Lovelace");
  const told = JSON.parse(text) as Record<string, unknown>;
  expect(told).toMatchObject({
    node: "20.20.2",
    environment: { LANG: "C" },
    configuration: { things: { a: { driver: "counter" } } },
    health: { status: "ok" },
    things: { counter: { state: "ready" } },
    invocations: [{ action: "/counter/echo" }],
  });
  expect(told["findings"]).toEqual(
    expect.arrayContaining([expect.objectContaining({ verdict: "problem", about: "configuration" })]),
  );
  expect(text).toContain("lease.taken on a by [taken out]");
  expect(Object.keys(told["environment"] as object)).toEqual(["LANG"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(shell.told.join()).toContain("read it before you send it");
});

test("a bundle overwrites nothing", async () => {
  const file = write("bundle.json", "mine");
  await expect(examine(write("b.yaml", "things: {}\n"), { bundle: file })).rejects.toThrow("it is there already");
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("the command is known", async () => {
  const shell = testShell();
  expect(await run(["doctor", "--help"], shell)).toBe(0);
  expect(await run(["doctor", "--url", "nonsense"], shell)).toBe(64);
});

test("credentials that are named and not granted, not there, or not given yet, are told with what to do", async () => {
  const notifier = (name: string) =>
    `  ${name}: { webhook: { url: "https://lab.example/x", tokenCredential: ${name} } }`;
  const names = ["here", "missing", "nowhere", "later", "imported_x", "taken_back"];
  const text = [
    "things: { a: { driver: counter } }",
    'mqtt: { broker: "mqtts://broker.lab", gateway: b, user: b, passwordCredential: broker }',
    "notifiers:",
    ...names.map(notifier),
  ];
  const unit = [
    "# /etc/systemd/system/benchd.service",
    "[Service]",
    "LoadCredential=here:/etc/benchd/secrets/here",
    "LoadCredential=missing:/etc/benchd/secrets/missing",
    "LoadCredentialEncrypted=later",
    "SetCredential=taken_back:x",
    "SetCredential=",
    "ImportCredential=imported*",
  ];
  mkdirSync(join(here.root, "run/credentials/benchd.service"), { recursive: true });
  for (const name of ["here", "imported_x"])
    writeFileSync(join(here.root, "run/credentials/benchd.service", name), "hunter2");
  const systemctl = async (program: string, [verb]: readonly string[]) =>
    program === "systemctl" && verb === "cat" ? unit.join("\n") : undefined;
  const file = write("b.yaml", text.join("\n"));
  const { of, status, lines } = await examine(file, { run: systemctl });
  const told = (name: string) => of(`credential ${name}`).join();
  expect(status).toBe(1);
  expect([told("here"), told("imported_x")]).toEqual([
    "ok       credential here: the service has it",
    "ok       credential imported_x: the service has it",
  ]);
  expect(told("missing")).toMatch(
    /^problem .*\/etc\/benchd\/secrets\/missing, from which systemd .* is not there: put/,
  );
  for (const name of ["nowhere", "taken_back", "broker"])
    expect(told(name)).toMatch(
      new RegExp(`^problem .* names it, and benchd.service is not given it: .*add LoadCredential=${name}:/`),
    );
  expect(told("broker")).toContain("DIR/b.yaml:2:");
  expect(told("later")).toMatch(/^warning .*given at a start only: sudo systemctl restart benchd$/);
  expect(lines.join()).not.toContain("hunter2");
  // Where there is no such service nobody can tell.
  const elsewhere = await examine(file);
  expect(elsewhere.of("credential broker").join()).toMatch(/^warning .*only systemd does/);
});
