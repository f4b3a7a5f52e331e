import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { filesOf } from "../../../src/cli/install/files.ts";
import { keyRemedy } from "../../../src/cli/install/key.ts";
import type { Needs } from "../../../src/cli/install/needs.ts";
import { installServiceOn } from "../../../src/cli/install-service.ts";
import { testShell } from "../shell.ts";

const bench = `
buses: { pumps: { serial: { usb: { vendorId: "0403", productId: "6001", serialNumber: 'A5 "x"' } } } }
things:
  pump: { driver: syringe-pump, bus: pumps, config: { diameter: 26.59, address: 1 } }
  balance: { driver: balance, serial: /dev/ttyAMA0 }
  ph: { driver: ezo, serial: tcp://10.0.0.7:4001 }
  relays: { driver: relays, gpio: { pump_power: 17 } }
`;
const unit = "etc/systemd/system/benchd.service";

function machine(configuration = bench) {
  const root = mkdtempSync(join(tmpdir(), "benchd-root-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("etc/benchd/benchd.yaml", configuration);
  const ran: string[] = [];
  const run = async (program: string, args: readonly string[]) => void ran.push([program, ...args].join(" "));
  const install = async (...args: readonly string[]) => {
    const shell = testShell();
    const status = await installServiceOn({ isRoot: () => false, run }).run(["--root", root, ...args], shell);
    expect(status).toBe(0);
    return shell.printed.map((line) => line.replaceAll(root, ""));
  };
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const settings = (name: string) =>
    read(unit)
      .split("\n")
      .filter((line) => line.startsWith(`${name}=`))
      .map((line) => line.slice(name.length + 1));
  return { root, install, read, write, settings, ran };
}

test("the unit opens the sandbox for what the configuration names, and for nothing else", async () => {
  const { install, settings } = machine();
  await install();
  expect(settings("DeviceAllow")).toEqual(["char-ttyUSB rw", "char-ttyACM rw", "char-ttyAMA rw", "char-gpiochip rw"]);
  expect(settings("IPAddressAllow")).toEqual(["localhost 10.0.0.7"]);
  expect(settings("ReadWritePaths")).toEqual(["-/sys/class/gpio -/sys/devices/platform"]);
  expect(settings("User")).toEqual(["benchd"]);
});

test("to a gateway that others may ask private networks and its proxies come through, and it tells so", async () => {
  const listen = "listen: { host: 0.0.0.0 }\naccess: { proxies: [203.0.113.2] }";
  const { install, settings } = machine(`${listen}\nthings: { counter: { driver: counter } }`);
  const told = (await install()).join("\n");
  const [allowed = ""] = settings("IPAddressAllow");
  expect(allowed.split(" ")).toEqual(
    expect.arrayContaining(["localhost", "10.0.0.0/8", "192.168.0.0/16", "fe80::/10", "100.64.0.0/10", "203.0.113.2"]),
  );
  expect(allowed).not.toMatch(/any|0\.0\.0\.0\/0/);
  expect(told).toContain("It answers private networks (10.0.0.0/8, ");
});

test("a key that the service could not read is told of with what to do, and one it could not see is refused", async () => {
  const { install, write } = machine();
  const tls = (folder: string) => `listen: { tls: { certificate: ${folder}/c.pem, key: ${folder}/k.pem } }\nthings: {}`;
  write("etc/benchd/benchd.yaml", tls("/etc/benchd"));
  await install();
  write("etc/benchd/benchd.yaml", tls("/home/pi"));
  await expect(install()).rejects.toThrow("/home/pi/c.pem is hidden from the service");

  const asked: string[] = [];
  const run = (fails: boolean) => async (program: string, args: readonly string[]) => {
    asked.push([program, ...args].join(" "));
    if (fails) throw new Error("1");
  };
  const key = "/etc/benchd/k.pem";
  expect(await keyRemedy({ key, user: "benchd", run: run(false) })).toBeUndefined();
  expect(await keyRemedy({ key, user: "benchd", run: run(true) })).toContain(`sudo chown benchd ${key}`);
  expect(asked[0]).toBe(`runuser -u benchd -- test -r ${key}`);
});

test("where others may ask, the first token comes next", async () => {
  const next = "  sudo benchd token create --name YOUR-NAME --scope admin --config /etc/benchd/benchd.yaml";
  expect(await machine("listen: { host: 0.0.0.0 }\nthings: {}").install()).toContain(next);
  const alone = machine("things: {}");
  expect(await alone.install()).not.toContain(next);
  expect(alone.settings("IPAddressAllow")).toEqual(["localhost"]);
});

test.each([
  ["things: { counter: { driver: counter } }", []],
  ["things: { b: { driver: balance, serial: /dev/ttyS1 } }", ["/dev/ttyS1 rw"]],
  ["things: { b: { driver: balance, serial: /dev/serial0 } }", ["char-ttyAMA rw", "/dev/serial0 rw"]],
  ["things: { b: { driver: balance, serial: /dev/ttyUSB3 } }", ["char-ttyUSB rw"]],
  ["things: { b: { driver: balance, serial: /dev/serial/by-id/x } }", ["char-ttyUSB rw", "char-ttyACM rw"]],
  ["things: { b: { driver: balance, serial: /dev/mine } }", ["char-ttyUSB rw", "char-ttyACM rw", "/dev/mine rw"]],
])("for %s it allows the devices %j", async (configuration, devices) => {
  const { install, settings } = machine(configuration);
  await install();
  expect(settings("DeviceAllow")).toEqual(devices);
});

const told = (way: string) => `things: {}\nnotifiers: { chat: ${way} }`;
test.each([
  ["{ webhook: { url: https://chat.lab.example/hook } }", "localhost any"],
  ["{ webhook: { url: https://10.0.0.9/hook } }", "localhost 10.0.0.9"],
  ["{ webhook: { urlVariable: HOOK } }", "localhost any"],
  ["{ mail: { host: localhost, tls: none, from: a@b.example, to: [c@d.example] } }", "localhost"],
])("whom a notifier tells is let through: %s", async (way, allowed) => {
  const { install, settings } = machine(told(way));
  await install();
  expect(settings("IPAddressAllow")).toEqual([allowed]);
});

test("it runs this node and this benchd, and helps the outputs to be safe however that ends", async () => {
  const { install, settings } = machine("stateDirectory: /srv/benchd\ngpio: { backend: character-device }\nthings: {}");
  await install("--user", "pi");
  const [start = ""] = settings("ExecStart");
  const [stopPost] = settings("ExecStopPost");
  expect(start).toMatch(
    / \/\S+\/dist\/benchd\/src\/cli\/main\.js serve --config \/etc\/benchd\/benchd\.yaml --safe-mode-after 3$/,
  );
  expect(start.split(" ")[0]).toBe(process.execPath);
  expect(stopPost).toBe(`-${start.replace(/ serve .*/, " safe --config /etc/benchd/benchd.yaml")}`);
  expect(settings("Environment")).toContain("BENCHD_STOP_POST=1");
  expect([settings("User"), settings("ReadWritePaths")]).toEqual([["pi"], ["-/srv/benchd"]]);
});

test("a path with what systemd takes for its own is written so that it does not", async () => {
  const { install, settings, write } = machine();
  write("etc/my bench/100%$.yaml", "things: {}");
  await install("--config", "/etc/my bench/100%$.yaml");
  expect(settings("ExecStart")[0]).toContain('serve --config "/etc/my\\x20bench/100%%$$.yaml" --safe-mode-after');
});

test("in a setting a path is quoted as settings are, not as command lines are", async () => {
  const { install, settings, write } = machine();
  const thing = 'things: { b: { driver: balance, serial: "/dev/my 100%$ port" } }';
  write("etc/benchd/benchd.yaml", `stateDirectory: '/srv/my "100%$" \\ state'\n${thing}`);
  await install();
  expect(settings("ReadWritePaths")).toEqual(['"-/srv/my \\"100%%$\\" \\\\ state"']);
  expect(settings("DeviceAllow").at(-1)).toBe('"/dev/my 100%%$ port" rw');
  write("etc/benchd/benchd.yaml", 'stateDirectory: "/srv/a\\nExecStartPre=+/bin/sh"\nthings: {}');
  await expect(install()).rejects.toThrow(/stands in no unit of systemd/);
});

test("what a configuration names relative to itself is named so in an image, too", async () => {
  const { install, settings } = machine("stateDirectory: ./state\nthings: {}");
  await install();
  expect(settings("ReadWritePaths")).toEqual(["-/etc/benchd/state"]);
});

test("udev is told whose the ports are, and who keeps off them; systemd which user and modules there are", async () => {
  const { install, read } = machine();
  await install();
  const rules = read("etc/udev/rules.d/99-benchd.rules").split("\n");
  const ours = 'GROUP="dialout", MODE="0660", ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"';
  expect(rules.slice(1)).toEqual([
    'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"',
    `SUBSYSTEM=="tty", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ATTRS{serial}=="A5??x?", ${ours}`,
    expect.stringMatching(/^SUBSYSTEM=="usb", ATTR\{idVendor\}=="0403".*ENV\{BRLTTY_BRAILLE_DRIVER\}=""/),
    `SUBSYSTEM=="tty", KERNEL=="ttyAMA0", ${ours}`,
    `SUBSYSTEM=="tty", SYMLINK=="ttyAMA0", ${ours}`,
    "",
  ]);
  expect(read("etc/modules-load.d/benchd.conf")).toMatch(/\nusbserial\ncdc_acm\n$/);
  expect(read("etc/sysusers.d/benchd.conf")).toMatch(/\ng dialout -\ng gpio -\nu benchd - "/);
});

test("beside the unit of the Debian package there is no other: what the configuration needs is a drop-in to that", async () => {
  const { install, write } = machine();
  write("usr/lib/systemd/system/benchd.service", "[Service]\n");
  await expect(install()).rejects.toThrow(/the Debian package benchd is installed, and has a service of its own/);
  // Those of before can still be taken away.
  await expect(install("--remove")).resolves.toBeDefined();

  const config = "/etc/benchd/benchd.yaml";
  const places = { template: shippedUnit, node: "/usr/bin/node", benchd: "/usr/lib/benchd", config, user: "benchd" };
  const needs = { ...nothing, devices: ["char-ttyUSB"], networks: ["10.0.0.7"] };
  const files = filesOf({ ...places, needs });
  expect([files.unit, files.sysusers]).toEqual([undefined, undefined]);
  expect(files.dropIn?.split("\n").slice(1)).toEqual([
    "[Service]",
    "DeviceAllow=",
    "DeviceAllow=char-ttyUSB rw",
    "ReadWritePaths=",
    "IPAddressAllow=",
    "IPAddressAllow=localhost 10.0.0.7",
    "",
  ]);
});

const shippedUnit = readFileSync(new URL("../../../systemd/benchd.service", import.meta.url), "utf8");
const nothing: Needs = {
  ...{ devices: [], modules: [], networks: [], ports: [], sysfs: false, foreign: [] },
  ...{ stateDirectory: undefined, key: undefined, listensToOthers: false },
};

test("a second time nothing is changed; what a new configuration does not need is taken away", async () => {
  const { install, write } = machine();
  const first = await install();
  expect(first.filter((line) => line.startsWith("wrote "))).toHaveLength(4);
  const second = await install();
  expect(second.filter((line) => line.startsWith("unchanged "))).toHaveLength(4);
  expect(second.join("\n")).not.toContain("restart");
  write("etc/benchd/benchd.yaml", "things: { counter: { driver: counter } }");
  expect((await install()).slice(0, 4)).toEqual([
    "changed /etc/systemd/system/benchd.service",
    "unchanged /etc/sysusers.d/benchd.conf",
    "removed /etc/udev/rules.d/99-benchd.rules",
    "removed /etc/modules-load.d/benchd.conf",
  ]);
});

test("a unit that somebody has made by hand is kept beside the new one, and not removed with it", async () => {
  const { install, read, write, root } = machine();
  write(unit, "[Service]\nExecStart=/usr/bin/true\n");
  await install();
  expect(read(`${unit}.before`)).toContain("/usr/bin/true");
  await install("--remove");
  expect(readdirSync(join(root, "etc/systemd/system"))).toEqual(["benchd.service.before"]);
  write(unit, "[Service]\n");
  expect(await install("--remove")).toContain(`left /${unit} alone: benchd has not written it`);
});

test("a dry run shows everything and changes nothing", async () => {
  const { install, root, ran } = machine();
  const told = (await install("--dry-run")).join("\n");
  expect(told).toMatch(/would write \/etc\/systemd\/system\/benchd\.service:\n {4}# Written by/);
  expect(readdirSync(join(root, "etc"))).toEqual(["benchd"]);
  expect(ran).toEqual([]);
});

test.each([
  [[], /^only root may install a service: try `sudo benchd install-service`/],
  [["--user", "root"], /needs no rights of root/],
  [["--user", "p i"], /"p i" is no name of a user/],
])("without the right to, or for nobody, it refuses: %j", async (args, words) => {
  const command = installServiceOn({ isRoot: () => false, run: async () => {} });
  await expect(command.run(args, testShell())).rejects.toThrow(words);
});

test("a configuration that the service could not see, or not read, is refused", async () => {
  const { install, write, root } = machine("things: { pump: { divver: syringe-pump } }");
  await expect(install()).rejects.toThrow(/there is no setting "divver"/);
  write("home/pi/benchd.yaml", "things: {}");
  await expect(install("--config", "/home/pi/benchd.yaml")).rejects.toThrow(/is hidden from the service/);
  for (const hidden of ["/home/pi/state", "/tmp/state"]) {
    write("etc/benchd/benchd.yaml", `stateDirectory: ${hidden}\nthings: {}`);
    await expect(install()).rejects.toThrow(`${hidden} is hidden from the service`);
  }
  write("etc/benchd/benchd.yaml", "things: { a: { driver: /home/pi/lamp.js } }");
  await expect(install()).rejects.toThrow("/home/pi/lamp.js is hidden from the service");
  expect(readdirSync(join(root, "etc"))).toEqual(["benchd"]);
});
