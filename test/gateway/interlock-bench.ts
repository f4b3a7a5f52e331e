import { Type } from "typebox";
import { shield, sleep } from "../../src/ambient.ts";
import type { InterlockConfig } from "../../src/gateway/config/config.ts";
import { openBench, type TestBenchOptions } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { relay } from "./relay.ts";

/** A lid whose reading, and how long that takes, a test decides. */
export function lidThing() {
  const lid = {
    closed: true as boolean,
    read: () => Promise.resolve(),
    /** Tell those who watch that something has happened. */
    tell: () => {},
    /** Its driver fails. */
    fail: () => {},
  };
  const definition = defineThing({
    title: "Lid",
    config: Type.Object({}),
    properties: { closed: { title: "Closed", schema: Type.Boolean(), readOnly: true, maxAgeMs: 0 } },
    actions: { knock: { title: "Knock at it" } },
    events: { moved: { title: "It was moved", data: Type.Null() } },
    async open({ emit, spawn }) {
      lid.tell = () => emit("moved", null);
      spawn(
        () =>
          new Promise<void>((_, reject) => {
            lid.fail = () => reject(new Error("the contact has come off"));
          }),
      );
      return {
        read: {
          async closed() {
            await lid.read();
            return lid.closed;
          },
        },
        invoke: { knock: () => emit("moved", null) },
      };
    },
  });
  return { lid, definition };
}

/** What uses an oven: nested, and reserved. */
const baker = (oven: ReturnType<typeof relay>["definition"]) =>
  defineThing({
    title: "Baker",
    config: Type.Object({}),
    uses: { oven },
    actions: {
      bake: { title: "Bake", reserves: ["oven"] },
      wait_and_bake: { title: "Wait, then bake" },
    },
    async open({ things }) {
      const put = (things as { oven: { invoke: { put(input: { on: boolean }): Promise<void> } } }).oven.invoke.put;
      return {
        invoke: {
          async bake() {
            await put({ on: true });
            await sleep(10_000);
            await shield(() => put({ on: false }));
          },
          async wait_and_bake() {
            await sleep(1000);
            await put({ on: true });
          },
        },
      };
    },
  });

export const lidOpen: InterlockConfig = {
  name: "lid_open",
  thing: "lid",
  property: "closed",
  equals: true,
  outputs: [{ thing: "oven", output: "heater", value: undefined }],
  on: "abort",
  pollMs: 200,
  maxAgeMs: 2000,
};

/** A lid, an oven with a heater, a fan and a setting, a baker who uses it, and an interlock between lid and heater. */
export async function openOven(changes: Partial<InterlockConfig> = {}, options: TestBenchOptions = {}) {
  const { lid, definition } = lidThing();
  const oven = relay({ heater: { safe: false }, fan: { safe: false } });
  const bench = await openBench(
    { lid: { definition }, oven, baker: { definition: baker(oven.definition), uses: { oven: "oven" } } },
    { ...options, interlocks: [{ ...lidOpen, ...changes }] },
  );
  const { interlocks } = bench.gateway;
  const level = (name: "heater" | "fan") => bench.twins.oven.level(name);
  /** Somebody opens the lid, and it is noticed. */
  const open = async () => {
    lid.closed = false;
    await bench.clock.advance(200);
  };
  const reset = () => bench.clock.until(interlocks.reset("lid_open", "ada"));
  return { bench, lid, device: oven.device, interlock: interlocks.get("lid_open"), interlocks, level, open, reset };
}
