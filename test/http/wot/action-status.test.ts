import { expect, test } from "vitest";
import { actionStatuses } from "../../../src/http/wot/action-status.ts";
import type { InvocationRecord } from "../../../src/invocation/record.ts";

const base = { origin: "http://bench", prefix: "" };

test("a list tells outputs as long as they are not too large together, and reads no others", () => {
  let read = 0;
  const large = (id: string) => {
    const record = { id, thing: "balance", action: "record", status: "completed", requestedAt: 0, endedAt: 1 };
    const output = () => {
      read++;
      return "x".repeat(400_000);
    };
    return Object.defineProperty(record, "output", { get: output }) as unknown as InvocationRecord;
  };
  const statuses = actionStatuses(
    Array.from({ length: 1000 }, (_, i) => large(`${i}`)),
    base,
  );
  expect(statuses.map(({ output }) => typeof output).slice(0, 4)).toEqual([
    "string",
    "string",
    "undefined",
    "undefined",
  ]);
  expect(statuses.at(-1)?.href).toBe("http://bench/things/balance/actions/record/999");
  expect(JSON.stringify(statuses).length).toBeLessThan(2 ** 20 + 1000 * 200);
  expect(read).toBe(3);
});
