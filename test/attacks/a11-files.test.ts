import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, openListening } from "./listening.ts";

const demonstration = new URL("../../examples/bench.yaml", import.meta.url);
const secret = "the host's own secret";
let bench: Listening;
let state: string;
let blob: string;
beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "benchd-a11-"));
  writeFileSync(join(state, "secret"), secret);
  const yaml = `stateDirectory: ${join(state, "state")}\n${await readFile(demonstration, "utf8")}`;
  bench = await openListening({ yaml });
  const made = await fetch(new URL("/counter/make_blob", bench.url), { method: "POST", headers: { prefer: "wait=5" } });
  blob = new URL(((await made.json()) as { output: { href: string } }).output.href).pathname;
});
afterAll(async () => {
  await bench.close();
  rmSync(state, { recursive: true, force: true });
});

/** As it is: no client of ours puts the path right. */
async function get(path: string, headers = "", method = "GET"): Promise<string> {
  const socket = bench.connect();
  // Not half closed: what is read from a disk takes a moment.
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${bench.url.host}\r\n${headers}connection: close\r\n\r\n`);
  return text(socket);
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

const climbs = [
  ...["../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd"],
  ...[
    "%252e%252e%252fetc%252fpasswd",
    "..%c0%af..%c0%afetc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "....//etc/passwd",
  ],
  ...[
    "%00",
    "a%00.css",
    "..\\..\\secret",
    "..%00/secret",
    "..;/secret",
    ".%2e/secret",
    "file:///etc/passwd",
    "~root/.ssh/id",
  ],
];

describe("A11: a path that climbs", () => {
  test.each(climbs)("%s leads nowhere", async (climb) => {
    for (const folder of [
      "/blob/",
      "/docs/static/",
      "/docs/",
      "/gateway/transcripts/",
      "/gateway/history/",
      "/things/",
    ]) {
      const answer = await get(`${folder}${climb}`);
      expect([folder, statusOf(answer)]).toEqual([folder, expect.toBeOneOf([400, 403, 404, 422])]);
      expect(answer).not.toMatch(/root:|the host's own|node_modules/);
    }
  });

  test("is not made of a link in the folder of blobs", async () => {
    const folder = join(state, "state", "blobs");
    expect((await readdir(folder)).length).toBeGreaterThan(0);
    const id = "11111111-1111-4111-8111-111111111111";
    for (const name of [id, `${id}.blob`, `${id}.json`]) symlinkSync(join(state, "secret"), join(folder, name));
    expect(statusOf(await get(`/blob/${id}`))).toBe(404);
  });
});

describe("A11: a blob", () => {
  test("is a file to be saved, whatever is in it, and nothing that a browser runs", async () => {
    const answer = await get(blob);
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/content-disposition: attachment; filename="[\w.-]+"\r\n/);
    expect(answer).toContain("x-content-type-options: nosniff\r\n");
    expect(answer).toContain("content-security-policy: sandbox; default-src 'none'; frame-ancestors 'none'\r\n");
  });

  test.each([
    ["bytes=0-3", 206],
    ["bytes=-4", 206],
    ["bytes=99-", 416],
    ["bytes=3-0", 200],
    [`bytes=${"0-0,".repeat(2000)}1-1`, 200],
    ["bytes=0-99999999999999999999", 200],
    ["bytes=-99999999999999999999", 200],
    ["bytes=0-1,1-2,2-3", 200],
    ["bites=0-1", 200],
  ])("is sent in part, or whole, and never more than once: %j, by %d", async (range, status) => {
    const answer = await get(blob, `range: ${range}\r\n`);
    expect(statusOf(answer)).toBe(status);
    expect(answer.split("some bytes").length).toBeLessThanOrEqual(2);
  });

  test("is described by HEAD, which knows no ranges (RFC 9110, 14.2)", async () => {
    for (const range of ["bytes=0-3", "bytes=99-"]) {
      const answer = await get(blob, `range: ${range}\r\n`, "HEAD");
      expect(statusOf(answer)).toBe(200);
      expect(answer).toContain("content-length: 11\r\n");
      expect(answer).not.toContain("content-range");
    }
  });
});
