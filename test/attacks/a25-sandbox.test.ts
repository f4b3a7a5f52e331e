import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installServiceOn } from "../../src/cli/install-service.ts";
import { testShell } from "../cli/shell.ts";

const shipped = fileURLToPath(new URL("../../systemd/benchd.service", import.meta.url));
/** One sixth of a service without a sandbox, which has 9.6; in tenths. */
const mostExposed = 15;

/** What a unit says: by setting, a value for each line of it. */
function settingsOf(unit: string): Readonly<Record<string, readonly string[]>> {
  const settings: Record<string, string[]> = {};
  for (const line of unit.split("\n")) {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== "") settings[name] = [...(settings[name] ?? []), value];
  }
  return settings;
}

let root: string;
let installed: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "benchd-root-"));
  mkdirSync(join(root, "etc/benchd"), { recursive: true });
  const listen = "listen: { host: 0.0.0.0, tls: { certificate: ./cert.pem, key: ./key.pem } }";
  const things = "things: { pump: { driver: syringe-pump, serial: /dev/ttyUSB0, config: { diameter: 26.59 } } }";
  writeFileSync(join(root, "etc/benchd/benchd.yaml"), `${listen}\n${things}\n`);
  const command = installServiceOn({ isRoot: () => false, run: async () => {} });
  expect(await command.run(["--root", root], testShell())).toBe(0);
  installed = join(root, "etc/systemd/system/benchd.service");
});
afterAll(() => rmSync(root, { recursive: true }));

const units = [
  ["as it is shipped", () => shipped],
  ["as it is installed for a bench that others may ask", () => installed],
] as const;

/** Each closes a way on from a gateway that somebody has taken over. */
const closed = {
  User: "benchd",
  NoNewPrivileges: "yes",
  CapabilityBoundingSet: "",
  AmbientCapabilities: "",
  DevicePolicy: "closed",
  ProtectSystem: "strict",
  ProtectHome: "yes",
  PrivateTmp: "yes",
  PrivateMounts: "yes",
  PrivateUsers: "yes",
  ProtectProc: "invisible",
  ProcSubset: "pid",
  RemoveIPC: "yes",
  ProtectKernelTunables: "yes",
  ProtectKernelModules: "yes",
  ProtectKernelLogs: "yes",
  ProtectControlGroups: "yes",
  ProtectClock: "yes",
  ProtectHostname: "yes",
  LockPersonality: "yes",
  RestrictRealtime: "yes",
  RestrictSUIDSGID: "yes",
  RestrictNamespaces: "yes",
  KeyringMode: "private",
  SystemCallArchitectures: "native",
  IPAddressDeny: "any",
  RestrictAddressFamilies: "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  UMask: "0077",
  LimitCORE: "0",
};

describe.each(units)("A25: the service, %s", (_, file) => {
  const settings = () => settingsOf(readFileSync(file(), "utf8"));

  it.each(Object.entries(closed))("has %s=%s", (name, value) => {
    expect(settings()[name]).toEqual([value]);
  });

  it("may make no system call that its work does not need", () => {
    expect(settings()["SystemCallFilter"]).toEqual(["@system-service", "~@privileged @resources"]);
  });

  it("gets devices of instruments and no others, memory and tasks no more than it needs", () => {
    const allowed = settings()["DeviceAllow"] ?? [];
    expect(allowed.length).toBeGreaterThan(0);
    for (const device of allowed) expect(device).toMatch(/^(char-(ttyUSB|ttyACM|ttyAMA|gpiochip)|\/dev\/ttyS\d) rw$/);
    expect(settings()).toMatchObject({ MemoryMax: ["512M"], TasksMax: ["64"] });
  });

  it("writes to its state, which nobody else may read, and not to its configuration, certificate and key", () => {
    expect(settings()).toMatchObject({
      StateDirectory: ["benchd"],
      StateDirectoryMode: ["0700"],
      // Below /etc, which ProtectSystem=strict lets it read.
      ConfigurationDirectory: ["benchd"],
    });
    const [writable = ""] = settings()["ReadWritePaths"] ?? [];
    for (const path of writable.split(" ").filter((one) => one !== "")) expect(path).toMatch(/^-\/sys\//);
    expect(settings()["InaccessiblePaths"]).toBeUndefined();
  });

  it.runIf(existsSync("/usr/bin/systemd-analyze"))("is exposed at most 1.5 of 10, as systemd sees it", () => {
    const args = ["security", "--offline=yes", `--threshold=${mostExposed}`, "--no-pager", file()];
    const told = execFileSync("systemd-analyze", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    expect(told).toMatch(/Overall exposure level for benchd\.service: [01]\.\d/);
  });
});

describe("A25: a service that others may ask", () => {
  it("hears private networks, and is heard by nobody beyond them", () => {
    const [allowed = ""] = settingsOf(readFileSync(installed, "utf8"))["IPAddressAllow"] ?? [];
    expect(allowed.split(" ")).toEqual(expect.arrayContaining(["localhost", "192.168.0.0/16"]));
    expect(allowed).not.toMatch(/any|\/0/);
    expect(settingsOf(readFileSync(shipped, "utf8"))["IPAddressAllow"]).toEqual(["localhost"]);
  });
});
