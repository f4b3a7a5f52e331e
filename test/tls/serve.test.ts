import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";
import { tlsClient } from "./client.ts";
import { makePair, pairFolder } from "./pairs.ts";

let at: Awaited<ReturnType<typeof pairFolder>>;
let config: string;
beforeEach(async () => {
  at = await pairFolder();
  config = join(at.folder, "benchd.yaml");
  const listen = "listen: { tls: { certificate: cert.pem, key: key.pem } }";
  writeFileSync(config, `${listen}\nstateDirectory: state\nthings: { counter: { driver: counter } }\n`);
});
afterEach(() => rmSync(at.folder, { recursive: true }));

describe("benchd serve, with a certificate", () => {
  it("serves by HTTPS, tells systemd so, and leaves its certificate for commands of this machine", async () => {
    chmodSync(at.files.key, 0o604);
    const shell = testShell({ WATCHDOG_USEC: "30000000" });
    const ended = run(["serve", "--mock", "--port", "0", "--config", config], shell);
    const { msg } = await shell.hasLogged(/listens on/);
    const url = /https:\S+/.exec(String(msg))?.[0] ?? "";
    expect((await tlsClient(new URL(url), at.pair.cert).ask("GET", "/health")).status).toBe(200);
    await expect.poll(() => shell.notified).toContain("WATCHDOG=1");
    expect(shell.notified).toContain(`READY=1\nSTATUS=1 of 1 Things are ready on ${url}`);
    expect(readFileSync(join(at.folder, "state/local-certificate.pem"), "utf8")).toBe(at.pair.cert);
    await shell.hasLogged(/key\.pem is open to everybody/);
    expect(JSON.stringify(shell.logged)).not.toContain("PRIVATE KEY");
    shell.signal("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("does not start with a key that is none of it", async () => {
    writeFileSync(at.files.key, (await makePair()).key);
    const shell = testShell();
    expect(await run(["serve", "--mock", "--port", "0", "--config", config], shell)).toBe(78);
    expect(shell.told.join("\n")).toMatch(/benchd\.yaml:1:46: .*is not the key of the certificate/);
  });

  it("keeps nobody from making the outputs safe, whatever has become of the certificate", async () => {
    rmSync(at.files.certificate);
    writeFileSync(
      config,
      readFileSync(config, "utf8").replace(
        "counter: {",
        "relays: { driver: relays, gpio: { pump_power: 5, vent: 6, lamp: 13 } }, counter: {",
      ),
    );
    const shell = testShell();
    expect(await run(["safe", "--mock", "--config", config], shell)).toBe(0);
    expect(shell.printed.join("\n")).toContain("safe: ");
  });
});
