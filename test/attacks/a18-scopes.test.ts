import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realClock } from "../../src/clock.ts";
import { byHeader, whoHeader } from "../access/asking.ts";
import { SocketClient } from "../http/socket-client.ts";
import { type Listening, openListening } from "./listening.ts";

interface Told {
  readonly id: string;
  readonly type?: string;
  readonly message?: string;
  readonly status: string;
  readonly leaseNumber: number;
  readonly held: boolean;
}

/** Every route for everybody: test/access/every-route.test.ts; that nothing leaks: test/access/nothing-leaks.test.ts. */
describe("A18: more than a token allows", () => {
  let bench: Listening;
  beforeAll(async () => {
    bench = await openListening({
      clientClock: realClock,
      identify: byHeader({
        boss: [{ scope: "admin" }],
        reader: [{ scope: "read" }],
        hand: [{ scope: "operate", things: ["counter"] }],
        keeper: [{ scope: "read" }, { scope: "configure", things: ["counter"] }],
        other: [{ scope: "operate", things: ["counter", "relays"] }],
      }),
    });
  });
  afterAll(() => bench.close());

  async function ask(who: string, method: string, path: string, body?: unknown, headers: object = {}) {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(new URL(path, bench.url), {
      ...{ method, headers: { [whoHeader]: who, ...type, ...headers } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const told = (await answer.json().catch(() => ({}))) as Told;
    return { status: answer.status, body: told };
  }

  it("a token that may only read changes nothing, whatever it tries, but stops everything", async () => {
    const made = (await ask("boss", "POST", "/counter/slow_count", { n: 1000 })).body;
    const tries: [string, string, unknown?][] = [
      ["POST", "/counter/increment", { by: 1 }],
      ["PUT", "/counter/gain", 3],
      ["POST", "/counter/gain/reset"],
      ["PUT", "/things/counter/properties", { gain: 3 }],
      ["PUT", "/things/counter/properties/gain", 3],
      ["POST", "/things/counter/actions/increment", { by: 1 }],
      ["DELETE", `/things/counter/actions/slow_count/${made.id}`],
      ["DELETE", `/action_invocations/${made.id}`],
      ["DELETE", `/actions/${made.id}`],
      ["POST", "/counter/lease", {}],
      ["DELETE", "/counter/lease"],
      ["DELETE", "/counter/quarantine"],
      ["POST", "/gateway/interlocks/door_open/reset"],
      ["DELETE", "/mock/pump/faults"],
      ["DELETE", "/emergency_stop"],
    ];
    const seen = await bench.gateway.thing("counter").read("gain");
    for (const [method, path, body] of tries) {
      const { status, body: told } = await ask("reader", method, path, body, { "x-http-method-override": "GET" });
      expect([path, status, String(told.type ?? told.message)]).toEqual([
        path,
        403,
        expect.stringMatching(/BENCHD_FORBIDDEN|needs the scope/),
      ]);
    }
    expect((await ask("boss", "GET", `/action_invocations/${made.id}`)).body.status).toBe("running");
    expect(await bench.gateway.thing("counter").read("gain")).toBe(seen);
    await ask("boss", "DELETE", `/action_invocations/${made.id}`);
  });

  it("a token for one Thing finds no other, under no spelling", async () => {
    const { id } = (await ask("boss", "POST", "/camera/snapshot")).body;
    const paths = [
      "/camera/",
      "/camera/resolution",
      "/things/camera",
      "/%63amera/",
      "/camera/ws",
      "/mock/camera/faults",
    ];
    for (const path of [...paths, `/action_invocations/${id}`, `/actions/${id}`, `/gateway/history/${id}`])
      expect([path, (await ask("hand", "GET", path)).status]).toEqual([path, 404]);
    expect(Object.keys((await ask("hand", "GET", "/things/")).body)).toEqual(["counter"]);
    const headers = { [whoHeader]: "hand" };
    const socket = (thing: string) => SocketClient.open(`${bench.url}${thing}/ws`, { headers });
    await expect(socket("camera")).rejects.toThrow("404");
    (await socket("counter")).socket.destroy();
  });

  it("a lease on several Things is for who may use each of them", async () => {
    const things = ["counter", "relays"];
    expect((await ask("keeper", "POST", "/counter/lease", { things })).status).toBe(403);
    expect((await ask("hand", "POST", "/counter/lease", { things })).status).toBe(404);
    const { leaseNumber } = (await ask("other", "POST", "/counter/lease", { things })).body;
    expect((await ask("hand", "GET", "/counter/lease")).body).toMatchObject({ held: true, things: ["counter"] });
    await ask("other", "DELETE", "/counter/lease", undefined, { "lease-number": String(leaseNumber) });
  });

  it("the number of somebody else's lease is no key to it, and only who may configure the Thing breaks it", async () => {
    const { leaseNumber } = (await ask("other", "POST", "/counter/lease", {})).body;
    const number = { "lease-number": String(leaseNumber) };
    expect((await ask("hand", "POST", "/counter/increment", {}, number)).body.type).toMatch("LEASE_HELD");
    expect((await ask("hand", "DELETE", "/counter/lease", undefined, number)).status).toBe(409);
    for (const breaking of ["true", "1", "TRUE", ""]) {
      const { status } = await ask("hand", "DELETE", `/counter/lease?break=${breaking}&reason=mine`);
      expect([breaking, status]).toEqual([breaking, 403]);
    }
    expect((await ask("hand", "GET", "/counter/lease")).body).toMatchObject({ held: true, holder: "other" });
    expect((await ask("keeper", "DELETE", "/counter/lease?break=true&reason=ill")).body.held).toBe(false);
  });

  it("who may configure one Thing of a lease does not end it for the others", async () => {
    await ask("other", "POST", "/relays/lease", { things: ["counter"] });
    for (const [method, body] of [["DELETE"], ["POST", {}]] as const) {
      const { status } = await ask("keeper", method, "/counter/lease?break=true&reason=mine", body);
      expect([method, status]).toEqual([method, 403]);
    }
    expect((await ask("other", "GET", "/relays/lease")).body.held).toBe(true);
    expect((await ask("boss", "DELETE", "/counter/lease?break=true&reason=ill")).body.held).toBe(false);
  });
});
