import { X509Certificate } from "node:crypto";
import { renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Renewal } from "../../src/cli/tls/renewal.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { isPair, readPair, type TlsPair } from "../../src/gateway/tls/pair.ts";
import { renew } from "../../src/http/secure.ts";
import { type Listening, openListening } from "../attacks/listening.ts";
import { tlsClient } from "./client.ts";
import { decryptable, makePair, pairFolder, rsaPair } from "./pairs.ts";

const lookMs = 10_000;
const dayMs = 86_400_000;

let bench: Listening;
let at: Awaited<ReturnType<typeof pairFolder>>;
let clock: DiscreteClock;
let renewal: Renewal;
let log: string[];

beforeAll(async () => {
  bench = await openListening({ tls: await makePair() });
});
afterAll(() => bench.close());
beforeEach(async () => {
  at = await pairFolder();
  renew(bench.app, at.pair);
  log = [];
  clock = new DiscreteClock();
  renewal = watching(clock, await pairAt());
});
afterEach(() => {
  renewal.stop();
  rmSync(at.folder, { recursive: true });
});

async function pairAt(): Promise<TlsPair> {
  const pair = await readPair(at.files);
  if (!isPair(pair)) throw new Error(pair.message);
  return pair;
}

function watching(clock: DiscreteClock, pair: TlsPair): Renewal {
  const note = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  const notes = { info: note("info"), warn: note("warn"), error: note("error") };
  return new Renewal({ files: at.files, pair, clock, log: notes, use: (pair) => renew(bench.app, pair) });
}

const serialOf = (cert: string) => new X509Certificate(cert).serialNumber;

/** The number of the certificate that a client is shown now, whoever it trusts. */
async function shown(): Promise<string | undefined> {
  const socket = await tlsClient(bench.url, "").connect({ rejectUnauthorized: false });
  const serial = socket.getPeerX509Certificate()?.serialNumber;
  socket.destroy();
  return serial;
}

/** Ask for something on a connection that stays. */
function health(socket: TLSSocket): Promise<string> {
  socket.write(`GET /health HTTP/1.1\r\nhost: ${bench.url.host}\r\n\r\n`);
  return new Promise((resolve) => socket.once("data", (bytes) => resolve(String(bytes))));
}

describe("a certificate that is renewed", () => {
  it("is shown to new connections within 10 s, while those that are open go on", async () => {
    const old = await tlsClient(bench.url, at.pair.cert).connect();
    const next = await makePair();
    at.write(next);
    await clock.advance(lookMs);
    await expect.poll(shown).toBe(serialOf(next.cert));
    expect((await tlsClient(bench.url, next.cert).ask("GET", "/health")).status).toBe(200);
    expect(old.getPeerX509Certificate()?.serialNumber).toBe(serialOf(at.pair.cert));
    expect(await health(old)).toMatch(/^HTTP\/1\.1 200 OK/);
    old.destroy();
    expect(log).toEqual([expect.stringMatching(/^info: the certificate has been renewed.*valid until \d{4}-/)]);
  });

  it("still lets nobody talk in a way that can be decrypted by who gets hold of the key later", async () => {
    const next = rsaPair();
    at.write(next);
    await renewal.look();
    const client = tlsClient(bench.url, next.cert);
    await expect(client.connect(decryptable)).rejects.toThrow(/handshake/);
    expect((await client.ask("GET", "/health")).status).toBe(200);
  });

  it("is taken when it was put in the place of the old one under the same name and size", async () => {
    const next = await makePair();
    for (const [name, text] of [
      ["cert.pem", next.cert],
      ["key.pem", next.key],
    ] as const) {
      writeFileSync(`${at.folder}/${name}.new`, text);
      renameSync(`${at.folder}/${name}.new`, `${at.folder}/${name}`);
    }
    await renewal.look();
    expect(await shown()).toBe(serialOf(next.cert));
  });

  it.each([
    [
      "is no certificate",
      () => writeFileSync(at.files.certificate, "-----BEGIN CERTIFICATE-----\nAAAA"),
      /no certificate/,
    ],
    ["is half a key", () => writeFileSync(at.files.key, at.pair.key.slice(0, 60)), /no private key/],
    ["is gone", () => rmSync(at.files.key), /is not there/],
    ["is another's key", async () => writeFileSync(at.files.key, (await makePair()).key), /is not the key of/],
  ])("that %s changes nothing, and is told once", async (_, spoil, words) => {
    await spoil();
    for (let i = 0; i < 3; i++) {
      await renewal.look();
      // As whoever writes it again and again.
      utimesSync(at.files.certificate, i, i);
    }
    expect(await shown()).toBe(serialOf(at.pair.cert));
    expect(log).toEqual([expect.stringMatching(/^error: the new certificate is of no use, so the one before stays/)]);
    expect(log[0]).toMatch(words);
    const next = await makePair();
    at.write(next);
    await renewal.look();
    expect(await shown()).toBe(serialOf(next.cert));
    expect(log).toHaveLength(2);
  });

  it("is told of as long as it is not renewed and expires, once a day", async () => {
    renewal.stop();
    const old = await makePair({ days: 30, now: new Date(Date.now() - 29.5 * dayMs) });
    at.write(old);
    const own = new DiscreteClock();
    renewal = watching(own, await pairAt());
    for (let i = 0; i < 3; i++) {
      await own.advance(i === 0 ? 0 : dayMs);
      await renewal.look();
    }
    expect(log).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^warn: .*cert\.pem expires on/)));
  });

  it("is looked for no longer once it is not served", async () => {
    renewal.stop();
    at.write(await makePair());
    await clock.advance(10 * lookMs);
    await renewal.look();
    expect(await shown()).toBe(serialOf(at.pair.cert));
    expect(log).toEqual([]);
    expect(clock.nextDue()).toBeUndefined();
  });
});
