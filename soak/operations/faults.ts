import { diskFaults } from "../disk.ts";
import type { Request } from "../rule.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";
import { valueFor } from "../values.ts";

/** What takes several exchanges. */
const work = ({ book }: Stand): readonly Request[] => [
  { method: "POST", url: "/tester/once", body: { token: book.next(), seconds: 1 } },
  { method: "POST", url: "/pump/dispense", body: { volume: 1 } },
  { method: "POST", url: "/xy/home" },
  { method: "POST", url: "/psu/ramp", body: { voltage: 6, rate: 1 } },
  { method: "PUT", url: "/psu/output", body: true },
];

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
  {
    name: "pull a cable in the middle of something",
    weight: 2,
    async act(stand, dice) {
      const request = dice.one(work(stand));
      const [, thing = ""] = request.url.split("/");
      stand.devices.tampered.add(thing);
      await stand.send(request);
      await stand.clock.advance(dice.one([dice.real(0, 30), dice.real(0, 3000)]));
      await stand.send({ method: "POST", url: `/mock/${thing}/faults/unplugged`, body: {} });
      await stand.clock.advance(dice.real(0, 3000));
      await stand.send({ method: "DELETE", url: `/mock/${thing}/faults/unplugged` });
      return `the cable of ${thing} was pulled after ${request.method} ${request.url}`;
    },
  },
  {
    name: "the disk takes nothing",
    weight: 1.5,
    async act(stand, dice) {
      const fault = dice.one(diskFaults);
      stand.tally.count("faults", `disk ${fault}`);
      await stand.disk.fail(fault);
      return `the disk is ${fault}`;
    },
  },
  {
    name: "the disk is well again",
    weight: 4,
    async act(stand) {
      await stand.disk.mend();
      return "the disk is well";
    },
  },
  {
    name: "set the clock",
    weight: 1,
    async act(stand, dice) {
      const ms = dice.one(jumps);
      stand.tally.count("faults", "wall clock set");
      stand.wall.jump(ms);
      return `the time of day jumps by ${ms} ms`;
    },
  },
  {
    name: "set the clock right",
    weight: 1,
    async act(stand) {
      stand.wall.correct();
      return "the time of day is right";
    },
  },
];

const dayMs = 86_400_000;
const jumps = [10 * 365 * dayMs, -14 * dayMs, -1000, 3_600_000, -3_600_000, dayMs];
