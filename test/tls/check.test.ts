import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { testShell } from "../cli/shell.ts";
import { makePair, pairFolder } from "./pairs.ts";

let at: Awaited<ReturnType<typeof pairFolder>>;
beforeEach(async () => {
  at = await pairFolder();
});
afterEach(() => rmSync(at.folder, { recursive: true }));

/** What `benchd check` says of a configuration that lies beside the pair. */
async function checked(listen = "tls: { certificate: cert.pem, key: ./key.pem }", more = "") {
  const file = join(at.folder, "benchd.yaml");
  writeFileSync(file, `listen: { ${listen} }\n${more}things: { counter: { driver: counter } }\n`);
  const shell = testShell();
  const status = await run(["check", file], shell);
  return { status, said: [...shell.printed, ...shell.told].join("\n").replaceAll(`${at.folder}/`, "") };
}

describe("benchd check", () => {
  it("takes a certificate and its key, which lie where the configuration does", async () => {
    const { status, said } = await checked();
    expect(said).toBe("benchd.yaml: ok, 1 Thing, to be served on 127.0.0.1 port 5000, by HTTPS\n  counter (counter)");
    expect(status).toBe(0);
    const { listen } = parseConfig(
      "listen: { tls: { certificate: a/c.pem, key: /k.pem } }\nthings: {}",
      "/etc/b/b.yaml",
    );
    expect(listen.tls).toEqual({ certificate: "/etc/b/a/c.pem", key: "/k.pem" });
  });

  it.each([
    ["tls: { certificate: cert.pem }", '"key" is missing: add it (the path of its private key in PEM'],
    ["tls: { certificate: cert.pem, keys: key.pem }", 'there is no setting "keys"; did you mean "key"?'],
    ["tls: cert.pem", "must hold settings (certificate, key), not the text"],
    ["tls: { certificate: cert.pem, key: 7 }", '"key" must be a text, not 7'],
    ["tls: { certificate: no.pem, key: key.pem }", "no.pem is not there: make a pair with `benchd tls self-signed`"],
    ["tls: { certificate: cert.pem, key: no.pem }", "no.pem is not there"],
    ["tls: { certificate: cert.pem/x, key: key.pem }", "cert.pem/x is not there: a part of its path is no folder"],
    ["tls: { certificate: key.pem, key: cert.pem }", "the certificate and the key are exchanged"],
    ["tls: { certificate: cert.pem, key: cert.pem }", "cert.pem holds a certificate and no key"],
    ["tls: { certificate: benchd.yaml, key: key.pem }", "benchd.yaml holds no certificate in PEM"],
    ["tls: { certificate: ., key: key.pem }", "is no file"],
  ])("refuses %s, and says what to do", async (listen, words) => {
    const { status, said } = await checked(listen);
    expect(said).toContain(words);
    expect(said).toMatch(/benchd\.yaml:1:\d+: /);
    expect(status).toBe(78);
  });

  it("refuses a key of another certificate", async () => {
    writeFileSync(at.files.key, (await makePair()).key);
    const { status, said } = await checked();
    expect(said).toMatch(/^benchd: benchd\.yaml:1:46: .*key\.pem is not the key of the certificate in .*cert\.pem: /);
    expect(status).toBe(78);
  });

  it("refuses a key that wants a passphrase", async () => {
    const encrypt = ["pkcs8", "-topk8", "-in", at.files.key, "-passout", "pass:secret", "-out", `${at.files.key}.new`];
    execFileSync("openssl", encrypt, { stdio: "pipe" });
    const { status, said } = await checked("tls: { certificate: cert.pem, key: key.pem.new }");
    expect(said).toContain("key.pem.new is encrypted, and nobody is there to be asked for its passphrase");
    expect(status).toBe(78);
  });

  it("waits for no pipe, reads no endless file, and takes links", async () => {
    symlinkSync("/dev/zero", join(at.folder, "zero"));
    expect((await checked("tls: { certificate: zero, key: key.pem }")).said).toContain("zero is no file");
    writeFileSync(join(at.folder, "huge"), "x".repeat(300_000));
    expect((await checked("tls: { certificate: huge, key: key.pem }")).said).toContain("huge is too large");
    mkdirSync(join(at.folder, "live"));
    symlinkSync("../cert.pem", join(at.folder, "live/cert.pem"));
    expect((await checked("tls: { certificate: live/cert.pem, key: key.pem }")).status).toBe(0);
  });

  const day = 86_400_000;
  it.each([
    ["has expired", { days: 1, now: new Date(Date.now() - 2 * day) }, /cert\.pem has expired on .*: renew it/],
    [
      "expires soon",
      { days: 90, now: new Date(Date.now() - 87 * day) },
      /cert\.pem expires on .*, in [23] days: renew it/,
    ],
    [
      "is not valid yet",
      { now: new Date(Date.now() + 2 * day) },
      /cert\.pem is not valid before .*: is the clock right\?/,
    ],
  ])("warns of a certificate that %s", async (_, making, words) => {
    at.write(await makePair(making));
    const { status, said } = await checked();
    expect(said).toMatch(words);
    expect(said).toMatch(/\nwarning: benchd\.yaml:1:31: /);
    expect(status).toBe(0);
  });

  it("warns of names that the certificate is not for, and of a key that others may read or write", async () => {
    at.write(await makePair({ names: ["bench.local"] }));
    const more = "allowedHosts: [bench.local, 10.0.0.7, bench.lab.example]\n";
    chmodSync(at.files.key, 0o644);
    const { status, said } = await checked(undefined, more);
    expect(said.match(/^warning: .*$/gm)).toEqual([
      expect.stringMatching(/cert\.pem is not for bench\.lab\.example, which is in allowedHosts: clients/),
      expect.stringMatching(/:1:46: key\.pem is open to everybody on this machine: chmod o= /),
    ]);
    expect(status).toBe(0);
    chmodSync(at.files.key, 0o640);
    expect((await checked()).said).not.toContain("warning");
    chmodSync(at.files.key, 0o660);
    expect((await checked()).said).toContain("key.pem may be written by its group");
  });
});
