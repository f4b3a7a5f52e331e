import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isAnnounced } from "../../src/gateway/config/discovery.ts";
import { openListening } from "./listening.ts";
import { json, runtimePackages } from "./packages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const datagrams = /["'`](?:node:)?dgram["'`]/;

/** The files of a folder that Node could load; not those of packages inside, which are packages of their own. */
const codeIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : codeIn(path);
    return entry.isFile() && /\.([cm]?js|ts)$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });

const opensDatagrams = (file: string) => datagrams.test(readFileSync(join(root, file), "latin1"));

/** The UDP sockets of this process, as the kernel lists them. */
function udpSockets(): readonly string[] {
  const listed = ["udp", "udp6"].flatMap((name) => readFileSync(`/proc/self/net/${name}`, "utf8").split("\n").slice(1));
  const inodes = new Set(listed.map((line) => line.trim().split(/\s+/)[9]));
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const [, inode = ""] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`)) ?? [];
      return inodes.has(inode) ? [inode] : [];
    } catch {
      // That of this very list.
      return [];
    }
  });
}

describe("A26: names and addresses that anybody may claim by mDNS", () => {
  it("are not believed: no source of ours speaks UDP", () => {
    const sources = ["src", "drivers", "hardware-mocks"].flatMap(codeIn);
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.filter(opensDatagrams)).toEqual([]);
    expect(datagrams.test('import { createSocket } from "node:dgram"')).toBe(true);
  });

  it("nor does any package that is installed with it, but the one that announces, and is loaded by nothing else", () => {
    const files = runtimePackages().flatMap(codeIn);
    expect(files.length).toBeGreaterThan(1000);
    expect(files.filter(opensDatagrams)).toEqual([
      "node_modules/multicast-dns/index.js",
      "node_modules/multicast-dns/test.js",
    ]);
    const needs = (folder: string, name: string) =>
      Object.hasOwn(json(`${folder}/package.json`).dependencies ?? {}, name);
    const needing = (name: string) => runtimePackages().filter((folder) => needs(folder, name));
    expect(needing("multicast-dns")).toEqual(["node_modules/bonjour-service"]);
    expect(needing("bonjour-service")).toEqual([]);
  });

  it("nothing looks for gateways: what announces asks nothing, and no command reads what others tell", () => {
    const sources = codeIn("src").map((file) => readFileSync(join(root, file), "latin1"));
    expect(sources.filter((code) => /\.(find|findOne)\([^)]*["'](wot|labthing)|new Browser\(/.test(code))).toEqual([]);
    const announcer = readFileSync(join(root, "src/discovery/announcer.ts"), "utf8");
    expect(announcer).not.toMatch(/on\("(response|packet)"|\.query\(/);
    expect(announcer).toContain('on("query"');
  });

  it("a gateway of this machine alone announces nothing, and one for others only where nobody has switched that off", () => {
    const announced = (host: string, discovery = {}) => isAnnounced({ listen: { host }, discovery });
    expect(["127.0.0.1", "127.0.0.2", "::1", "localhost"].map((host) => announced(host, { mdns: true }))).toEqual([
      ...[false, false, false, false],
    ]);
    expect([announced("0.0.0.0"), announced("::"), announced("192.168.1.7", { mdns: true })]).toEqual([
      true,
      true,
      true,
    ]);
    expect(announced("0.0.0.0", { mdns: false })).toBe(false);
  });

  it("and a gateway that listens has no UDP socket", async () => {
    const bench = await openListening();
    expect((await fetch(new URL("/health", bench.url))).status).toBe(200);
    expect(udpSockets()).toEqual([]);
    await bench.close();
  });
});
