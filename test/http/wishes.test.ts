import { expect, it } from "vitest";
import { EventLog } from "../../src/events/event-log.ts";
import { Sight } from "../../src/http/access/sight.ts";
import { EventBatches } from "../../src/http/events/event-batches.ts";
import { Wishes } from "../../src/http/events/wishes.ts";
import type { Thing } from "../../src/thing/thing.ts";

const things = new Map(["pump", "valve"].map((name) => [name, { name } as Thing]));
const wishes = new Wishes();
const all = { things: [], kinds: [] };

it("what is told is made once for all who may read the same and want the same, and for nobody else", () => {
  const log = new EventLog();
  const batches = new EventBatches(log);
  const [everything, pump] = [
    new Sight({ things, revision: 0 }),
    new Sight({ things, revision: 0 }, new Set(["pump"])),
  ];
  log.add({ kind: "property", thing: "pump", name: "rate", value: 1 });
  log.add({ kind: "property", thing: "valve", name: "open", value: true });
  const bytes = (sight: Sight) => batches.after(0, wishes.for(sight, all)).bytes;
  const first = bytes(pump);
  expect(bytes(pump)).toBe(first);
  expect(String(first)).not.toContain("valve");
  expect(String(bytes(everything))).toContain("valve");
  expect(String(bytes(pump))).not.toContain("valve");
  expect(wishes.for(pump, all)).toMatchObject({ tellsMissed: false });
  expect(wishes.for(everything, all)).toMatchObject({ tellsMissed: true });
});
