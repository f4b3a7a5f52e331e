import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGateway } from "../../src/cli/ask-gateway.ts";
import { askedGateway } from "../../src/cli/asked-gateway.ts";
import { UntrustedError } from "../../src/cli/gateway-errors.ts";
import { run } from "../../src/cli/run.ts";
import { leaveCertificate } from "../../src/cli/tls/local-certificate.ts";
import { sendSecurely } from "../../src/cli/tls/send.ts";
import { UsageError } from "../../src/cli/usage.ts";
import { openListening } from "../attacks/listening.ts";
import { served } from "../cli/served.ts";
import { testShell } from "../cli/shell.ts";
import { makePair } from "./pairs.ts";

/** What is asked for, and whether it has ever arrived. */
const question = { method: "GET", headers: {}, signal: AbortSignal.timeout(20_000) };

let folder: string;
let bench: Awaited<ReturnType<typeof served>>;
let ca: string;
beforeAll(async () => {
  const pair = await makePair();
  folder = mkdtempSync(join(tmpdir(), "benchd-tls-"));
  ca = join(folder, "cert.pem");
  writeFileSync(ca, pair.cert);
  bench = await served("things: { counter: { driver: counter }, balance: { driver: balance } }", { tls: pair });
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const benchd = async (...args: readonly string[]) => {
  const shell = testShell({ USER: "ada" });
  const status = await run([...args, "--url", bench.url], shell);
  return { status, printed: shell.printed.join("\n"), told: shell.told.join("\n") };
};

describe("a command that asks a gateway by HTTPS", () => {
  it("presses the emergency stop, and clears it, where it is told whom to trust", async () => {
    const pressed = await benchd("emergency-stop", "--reason", "smoke", "--ca", ca);
    expect(pressed.printed).toMatch(/^counter +stopped\nbalance +stopped$/);
    expect(pressed.told).toContain(`--url ${bench.url} --ca ${ca}`);
    expect(pressed.status).toBe(0);
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
    expect((await benchd("emergency-stop", "--clear", "--reason", "looked", "--ca", ca)).status).toBe(0);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
    expect((await benchd("interlock", "list", "--ca", ca)).status).toBe(0);
    const lease = await benchd("lease", "take", "counter", "--ca", ca);
    expect(lease.printed).toMatch(/^\d+$/);
    expect((await benchd("lease", "release", "counter", "--number", lease.printed, "--ca", ca)).status).toBe(0);
  });

  it("believes no certificate that vouches for itself unless told, sends nothing, and says what to do instead", async () => {
    const { status, told } = await benchd("emergency-stop");
    expect(told).toMatch(/does not prove who it is \(DEPTH_ZERO_SELF_SIGNED_CERT\), and was told nothing: .*--ca FILE/);
    expect(told).toContain("NOTHING CONFIRMS A STOP");
    expect(status).toBe(1);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
    const other = join(folder, "other.pem");
    writeFileSync(other, (await makePair()).cert);
    expect((await benchd("emergency-stop", "--ca", other)).status).toBe(1);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });

  it("believes no certificate of another name", async () => {
    const pair = await makePair({ names: ["elsewhere.example"] });
    const elsewhere = await openListening({ tls: pair, yaml: "things: {}" });
    const file = join(folder, "elsewhere.pem");
    writeFileSync(file, pair.cert);
    const asked = sendSecurely(new URL("/health", elsewhere.url), question, { ca: file });
    await expect(asked).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
    await elsewhere.close();
  });

  it("knows the gateway of its own machine by the certificate that this one has left, expired or of another name", async () => {
    const now = new Date(Date.now() - 90 * 86_400_000);
    const pair = await makePair({ names: ["elsewhere.example"], days: 1, now });
    const own = await openListening({ tls: pair, yaml: "things: {}" });
    const address = new URL("/health", own.url);
    const trust = { ca: undefined, stateDirectory: folder };
    let connections = 0;
    own.app.server.on("secureConnection", () => void connections++);
    await expect(sendSecurely(address, question, trust)).rejects.toBeInstanceOf(UntrustedError);
    await leaveCertificate(folder, pair.cert);
    connections = 0;
    expect((await sendSecurely(address, question, trust)).status).toBe(200);
    const asked = await askedGateway({ url: address.origin }, { environment: {} }, folder);
    expect((await askGateway(asked, { method: "GET", path: "/health", patienceMs: 5000 })).status).toBe(200);
    connections -= 1;
    // Asked on the connection that was looked at.
    expect(connections).toBe(1);
    await leaveCertificate(folder, (await makePair({ names: ["elsewhere.example"] })).cert);
    await expect(sendSecurely(address, question, trust)).rejects.toBeInstanceOf(UntrustedError);
    await own.close();
  });

  it("reads a stream while it comes: an action is followed to its end, and a Thing watched until Ctrl-C", async () => {
    const invoked = await benchd("invoke", "counter", "slow_count", "--n", "2", "--delay", "0.05", "--ca", ca);
    expect([invoked.status, invoked.told]).toEqual([0, expect.stringContaining("counted 2 of 2")]);
    const shell = testShell();
    const watching = run(["watch", "counter", "gain", "--url", bench.url, "--ca", ca], shell);
    await expect.poll(() => shell.printed.length).toBe(1);
    let gain = 2;
    await expect
      .poll(async () => {
        await benchd("set", "counter", "gain", String(gain++), "--ca", ca);
        return shell.printed.length;
      })
      .toBeGreaterThan(1);
    shell.signal("SIGINT");
    expect(await watching).toBe(0);
  });

  it("says so when the other end speaks no HTTPS, or is asked without", async () => {
    const plain = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const url = new URL(`https://127.0.0.1:${(plain.address() as AddressInfo).port}/`);
    await expect(sendSecurely(url, question, { ca: undefined })).rejects.toThrow(/begin its address with http:/);
    await new Promise((resolve) => plain.close(resolve));
    const shell = testShell();
    expect(await run(["interlock", "list", "--url", bench.url.replace("https", "http")], shell)).toBe(1);
    expect(shell.told.join()).toContain("This gateway speaks HTTPS here: begin its address with https://");
  });

  it("refuses a --ca that is none", async () => {
    const asked = (file: string) => sendSecurely(new URL(bench.url), question, { ca: file });
    await expect(asked("/nope.pem")).rejects.toThrow("--ca /nope.pem: it cannot be read (ENOENT)");
    await expect(asked("package.json")).rejects.toBeInstanceOf(UsageError);
    expect((await benchd("emergency-stop", "--ca", "/nope.pem")).status).toBe(64);
  });
});
