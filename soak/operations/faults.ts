import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";
import { valueFor } from "../values.ts";

/** The faults of a Thing that go on, by name. */
function ongoing(stand: Stand): readonly (readonly [thing: string, fault: string])[] {
  const boards = [...stand.devices.twins.keys()].map(
    (thing) => [thing, stand.gateway.mockFaults?.list(thing)] as const,
  );
  return boards.flatMap(([thing, faults = {}]) =>
    Object.entries(faults)
      .filter(([, { active }]) => active !== null)
      .map(([fault]) => [thing, fault] as const),
  );
}

/** What goes wrong with devices and cables, and gets well again. */
export const faults: readonly Operation[] = [
  {
    name: "fault",
    weight: 12,
    async act(stand, dice) {
      const thing = dice.one([...stand.devices.twins.keys()]);
      const known = Object.entries(stand.gateway.mockFaults?.list(thing) ?? {});
      if (known.length === 0) return `${thing} has no faults`;
      const [fault, { input }] = dice.one(known);
      const body = valueFor(input, dice);
      stand.tally.count("faults", fault);
      stand.devices.tampered.add(thing);
      if (thing === "balance") stand.devices.touched++;
      await stand.send({ method: "POST", url: `/mock/${thing}/faults/${fault}`, body });
      return `POST /mock/${thing}/faults/${fault} ${JSON.stringify(body)}`;
    },
  },
  {
    name: "end a fault",
    weight: 10,
    async act(stand, dice) {
      const all = ongoing(stand);
      if (all.length === 0) return "no fault goes on";
      const [thing, fault] = dice.one(all);
      if (thing === "balance") stand.devices.touched++;
      await stand.send({ method: "DELETE", url: `/mock/${thing}/faults/${fault}` });
      return `DELETE /mock/${thing}/faults/${fault}`;
    },
  },
  {
    name: "mend a device",
    weight: 4,
    async act(stand, dice) {
      const thing = dice.one([...stand.devices.twins.keys()]);
      stand.devices.tampered.delete(thing);
      if (thing === "balance") stand.devices.touched++;
      await stand.send({ method: "DELETE", url: `/mock/${thing}/faults` });
      return `DELETE /mock/${thing}/faults`;
    },
  },
];
