import { expect, test } from "vitest";
import { isEveryDay, reasonAgainst } from "./all.ts";
import { behind } from "./behind.ts";
import { broken } from "./broken.ts";
import { contracts } from "./contracts.ts";
import { device } from "./device.ts";
import { hanging } from "./hanging.ts";
import { cancelled, late } from "./late.ts";
import { noise } from "./noise.ts";
import { opening } from "./opening.ts";
import { pins } from "./pins.ts";
import { type Subject, subjects } from "./subject.ts";
import { substance } from "./substance.ts";
import { unplugged } from "./unplugged.ts";

const ofDevices = [
  ...unplugged,
  ...late,
  ...behind,
  ...cancelled,
  ...noise,
  ...device,
  ...opening,
  ...pins,
  ...substance,
];
const faults = [...broken, ...hanging, ...ofDevices];

/** What is asked for; F12 and F16 are no faults of their own. */
const asked = [3, 4, 10, 11, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 46, 47, 49, 50, 51, 52, 53, 54, 55].map(
  (n) => `F${String(n).padStart(2, "0")}`,
);

test("every fault is tried by its number", () => {
  expect([...new Set(faults.map(({ number }) => number))].sort()).toEqual(asked);
});

test("each fault is tried on a driver at least, and each that it is not tried on has its reason", () => {
  for (const fault of faults) {
    const tried = subjects.filter((subject) => reasonAgainst(fault, subject) === undefined);
    expect([fault.number, fault.holds, tried.length > 0]).toEqual([fault.number, fault.holds, true]);
    for (const subject of subjects) expect(reasonAgainst(fault, subject)).not.toBe("");
  }
});

test("what takes long is tried every day on some subject, too", () => {
  for (const fault of faults.filter(({ costly }) => costly))
    expect([fault.holds, subjects.some((subject) => isEveryDay(fault, subject))]).toEqual([fault.holds, true]);
});

test("only a driver without wires and pins is tried with no fault of a device", () => {
  const tried = (subject: Subject) => ofDevices.some((fault) => reasonAgainst(fault, subject) === undefined);
  const untried = subjects.filter((subject) => !tried(subject));
  expect(untried.map(({ driver }) => driver)).toContain("counter");
  for (const { driver, device, placed } of untried)
    expect([driver, device, placed.gpio]).toEqual([driver, undefined, undefined]);
});

test("a driver is exempt only from faults that there are, and for a reason", () => {
  for (const [driver, { trials }] of contracts)
    for (const [number, reason] of Object.entries(trials?.exempt ?? {}))
      expect([driver, asked.includes(number), reason.length > 10]).toEqual([driver, true, true]);
});
