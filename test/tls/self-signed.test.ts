import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { namesFor } from "../../src/cli/tls/names.ts";
import { tlsOn } from "../../src/cli/tls.ts";
import { testShell } from "../cli/shell.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "benchd-tls-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function made(...args: readonly string[]) {
  const shell = testShell();
  const status = await run(["tls", "self-signed", "--out", folder, ...args], shell);
  return { status, printed: shell.printed.join("\n"), told: shell.told.join("\n") };
}

const certificate = () => new X509Certificate(readFileSync(join(folder, "cert.pem")));
const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;

describe("benchd tls self-signed", () => {
  it("makes a certificate for the names that are given, and a key that nobody else may read", async () => {
    const { status, printed } = await made("--name", "Bench.local", "--name", "192.168.1.20", "--days", "90");
    expect(status).toBe(0);
    const cert = certificate();
    for (const name of ["bench.local", "localhost"]) expect(cert.checkHost(name)).toBe(name);
    for (const address of ["192.168.1.20", "127.0.0.1", "::1"]) expect(cert.checkIP(address)).toBe(address);
    expect(cert.checkHost("elsewhere.example")).toBeUndefined();
    expect(cert.ca).toBe(false);
    const days = (Date.parse(cert.validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    expect([modeOf("key.pem"), modeOf("cert.pem")]).toEqual([0o600, 0o644]);
    expect(cert.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    expect(printed).toContain(cert.fingerprint256);
    expect(printed).toContain(`tls: { certificate: ${folder}/cert.pem, key: ${folder}/key.pem }`);
    expect(printed).toContain("allowedHosts: [bench.local]");
    expect(printed).toContain("curl --cacert cert.pem https://bench.local:5000/health");
    expect(printed).not.toContain("PRIVATE");
  });

  it("is for all names and addresses of this machine unless told, each once", () => {
    expect(namesFor([], ["bench", "bench.local", "10.0.0.7", "127.0.0.1"])).toEqual([
      ...["bench", "bench.local", "10.0.0.7", "127.0.0.1", "localhost", "::1"],
    ]);
    expect(namesFor([])).toEqual(expect.arrayContaining(["localhost", "127.0.0.1", "::1"]));
  });

  it("writes what OpenSSL and this gateway take", async () => {
    await made();
    execFileSync("openssl", ["verify", "-x509_strict", "-CAfile", join(folder, "cert.pem"), join(folder, "cert.pem")]);
    const file = join(folder, "benchd.yaml");
    writeFileSync(file, "listen: { tls: { certificate: cert.pem, key: key.pem } }\nthings: {}\n");
    const shell = testShell();
    expect(await run(["check", file], shell)).toBe(0);
    expect(shell.printed.join()).not.toContain("warning");
  });

  it("replaces nothing unless it is forced to, and leaves nothing else behind", async () => {
    await made();
    const before = certificate().serialNumber;
    const { status, told } = await made();
    expect([status, told.split("\n")[0]]).toEqual([
      64,
      `benchd: ${folder}/key.pem is there already, and kept: name another folder with --out, or --force`,
    ]);
    expect(certificate().serialNumber).toBe(before);
    chmodSync(join(folder, "key.pem"), 0o644);
    expect((await made("--force")).status).toBe(0);
    expect(certificate().serialNumber).not.toBe(before);
    expect(modeOf("key.pem")).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(["cert.pem", "key.pem"]);
  });

  it("gives the key to the service's user, when root makes it and there is one", async () => {
    const user = async () => ({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
    const shell = testShell();
    expect(await tlsOn({ isRoot: () => true, user }).run(["self-signed", "--out", folder], shell)).toBe(0);
    expect(shell.printed.join("\n")).toContain("it belongs to benchd");
  });

  it.each([
    [["--name", "bench_1, O=Evil"], "--name takes the name or the address of a machine"],
    [["--name", "*.example.org"], "--name takes the name or the address of a machine"],
    [["--name", ""], "--name takes the name or the address of a machine"],
    [["--days", "0"], "--days takes a whole number from 1 to 3650"],
    [["--out", "/proc/nope"], "/proc/nope takes no files"],
    [["pem"], '"pem" is one argument too many'],
  ])("refuses %j, and writes nothing", async (args, words) => {
    const { status, told } = await made(...args);
    expect(told).toContain(words);
    expect(status).toBe(64);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is the only thing that benchd tls makes", async () => {
    const shell = testShell();
    expect(await run(["tls"], shell)).toBe(64);
    expect(await run(["tls", "selfsigned"], shell)).toBe(64);
    expect(shell.told.join("\n")).toContain('say what to make: self-signed, not "selfsigned"');
  });
});
