import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realClock } from "../../src/clock.ts";
import { byHeader, whoHeader } from "../access/asking.ts";
import { type Listening, openListening } from "./listening.ts";

const grants = {
  anna: [{ scope: "operate" }],
  ben: [{ scope: "operate" }],
  carl: [{ scope: "read" }],
} as const;
interface Told {
  readonly id: string;
  readonly output: number;
  readonly type: string;
  readonly leaseNumber: number;
}

const key = '"8e03978e-40d5-43e8-bc93-6894a57f9324"';

describe("A24: a request that was recorded and is sent again", () => {
  let folder: string;
  let bench: Listening;
  const open = async () => {
    const yaml = `stateDirectory: ${folder}\nthings:\n  counter: { driver: counter }\n`;
    bench = await openListening({ yaml, identify: byHeader(grants), clientClock: realClock });
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "benchd-a24-"));
    await open();
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  async function send(who: string, request: string, more: Readonly<Record<string, string>> = {}, body = "") {
    const [method = "", path = ""] = request.split(" ");
    const headers = { [whoHeader]: who, "content-type": "application/json", ...more };
    const answer = await fetch(new URL(path, bench.url), { method, headers, body });
    const told = (await answer.json()) as Told;
    return { status: answer.status, replayed: answer.headers.has("idempotent-replayed"), body: told };
  }
  const increment = (who: string) => send(who, "POST /counter/increment", { "idempotency-key": key }, '{"by": 2}');
  const counted = () => bench.gateway.thing("counter").read("counter");

  it("is answered as before, and does nothing, also after a restart", async () => {
    const first = await increment("anna");
    expect([first.status, first.replayed, first.body.output]).toEqual([201, false, 2]);
    const again = await increment("anna");
    expect([again.status, again.replayed, again.body.id]).toEqual([201, true, first.body.id]);
    expect(await counted()).toBe(2);
    await bench.close();
    await open();
    const later = await increment("anna");
    expect([later.status, later.replayed, later.body.id, later.body.output]).toEqual([201, true, first.body.id, 2]);
    // The count began anew, and nothing was added.
    expect(await counted()).toBe(0);
  });

  it("is somebody else's own request when he sends it, and tells him nothing of the first", async () => {
    const first = await increment("anna");
    const other = await increment("ben");
    expect([other.status, other.replayed, other.body.output]).toEqual([201, false, 4]);
    expect(other.body.id).not.toBe(first.body.id);
    const refused = await increment("carl");
    expect([refused.status, refused.replayed, JSON.stringify(refused.body).includes(first.body.id)]).toEqual([
      403,
      false,
      false,
    ]);
    expect(await counted()).toBe(4);
  });

  it("of a write is answered as before, and writes nothing", async () => {
    const write = (value: string) => send("anna", "PUT /counter/gain", { "idempotency-key": key }, value);
    await write("5");
    await send("ben", "PUT /counter/gain", {}, "7");
    expect(await write("5")).toMatchObject({ status: 201, replayed: true });
    expect(await bench.gateway.thing("counter").read("gain")).toBe(7);
  });

  it("under a lease that has ended is refused, with a key and without", async () => {
    const { leaseNumber } = (await send("anna", "POST /counter/lease", {}, '{"seconds": 1}')).body;
    const lease = { "lease-number": String(leaseNumber) };
    const used = await send("anna", "POST /counter/increment", { ...lease }, "{}");
    expect([used.status, await counted()]).toEqual([201, 1]);
    await bench.processClock.advance(2000);
    for (const headers of [lease, { ...lease, "idempotency-key": key }]) {
      const late = await send("anna", "POST /counter/increment", headers, "{}");
      expect([late.status, late.body.type]).toEqual([409, "urn:benchd:error:BENCHD_LEASE_LOST"]);
    }
    expect(await counted()).toBe(1);
  });
});
