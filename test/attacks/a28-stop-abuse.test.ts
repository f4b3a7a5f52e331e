import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { byHeader, whoHeader } from "../access/asking.ts";
import { type Listening, openListening } from "./listening.ts";

describe("A28: pressing the emergency stop to annoy", () => {
  let bench: Listening;
  beforeEach(async () => {
    bench = await openListening({
      yaml: "things:\n  counter: { driver: counter }\n  helper: { driver: counter }\n",
      identify: byHeader({
        weakest: [{ scope: "read", things: ["helper"] }],
        keeper: [{ scope: "configure" }],
        part: [{ scope: "admin", things: ["counter", "helper"] }],
        boss: [{ scope: "admin" }],
        void: [],
      }),
    });
  });
  afterEach(() => bench.close());

  async function ask(who: string, method: string) {
    const answer = await fetch(new URL("/emergency_stop", bench.url), { method, headers: { [whoHeader]: who } });
    const body = (await answer.json()) as { readonly stopped: boolean; readonly things: object };
    return { status: answer.status, body };
  }

  it("the weakest token stops everything, also what it may not read, and is not told of that", async () => {
    const { gateway } = bench;
    const run = gateway.thing("counter").invoke("slow_count", { n: 1000 }, { requestedBy: "boss" });
    const { status, body } = await ask("weakest", "POST");
    await bench.clock.until(run.ended);
    expect([status, run.status, run.reason]).toEqual([200, "cancelled", "emergency_stop"]);
    expect(Object.keys(body.things)).toEqual(["helper"]);
  });

  it("whoever has no token, or one that is good for nothing, stops nothing", async () => {
    expect([(await ask("nobody", "POST")).status, (await ask("void", "POST")).status]).toEqual([401, 403]);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });

  it("only who may do everything with the whole bench clears it", async () => {
    await ask("weakest", "POST");
    for (const who of ["weakest", "keeper", "part"])
      expect([who, (await ask(who, "DELETE")).status]).toEqual([who, 403]);
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
    expect((await ask("boss", "DELETE")).body.stopped).toBe(false);
  });

  it("a thousand presses are all answered, and are one entry of the audit trail and a few lines of the log", async () => {
    // By a hundred at a time: of a thousand the last would have begun longer ago than a head may take, on a busy machine.
    for (let n = 0; n < 10; n++) {
      const presses = await Promise.all(Array.from({ length: 100 }, () => ask("weakest", "POST")));
      expect(new Set(presses.map(({ status }) => status))).toEqual(new Set([200]));
    }
    const pressed = bench.gateway.audit.page({ limit: 100 }).filter(({ what }) => what === "emergency_stop.pressed");
    expect(pressed.map(({ by, times }) => [by, times])).toEqual([["weakest", 1000]]);
    const lines = bench.logged().filter((line) => line.includes("EMERGENCY STOP"));
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(bench.logged().length).toBeLessThan(100);
    // Cleared and pressed once more, it is told at once.
    await ask("boss", "DELETE");
    await ask("weakest", "POST");
    expect(bench.logged().filter((line) => line.includes("EMERGENCY STOP")).length).toBe(lines.length + 1);
  });
});
