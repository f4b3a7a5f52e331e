import { expect, test } from "vitest";
import { DescriptorStore } from "../../../src/cli/systemd/descriptor-store.ts";

function store(environment: Readonly<Record<string, string>> = {}, heard = true) {
  const told: [string, readonly number[] | undefined][] = [];
  const notify = (state: string, files?: readonly number[]) => {
    told.push([state, files]);
    return heard;
  };
  const closed: number[] = [];
  const close = (fd: number) => void closed.push(fd);
  return { told, closed, store: new DescriptorStore({ notify, environment, pid: 7, close }) };
}

const three = { LISTEN_PID: "7", LISTEN_FDS: "3", LISTEN_FDNAMES: "relays.pump_power:stored:relays.vent" };

test("what is kept is handed to systemd under its name", () => {
  const { store: kept, told } = store();
  expect(kept.keep("relays.pump_power", 23)).toBe(true);
  expect(told).toEqual([["FDSTORE=1\nFDNAME=relays.pump_power", [23]]]);
});

test("what nobody has heard is not kept", () => {
  expect(store({}, false).store.keep("relays.pump_power", 23)).toBe(false);
});

test.each(["", "two words", "a:b", "a\nFDSTOREREMOVE=1", "x".repeat(256)])("the name %j is none", (name) => {
  const { store: kept, told } = store();
  expect([kept.keep(name, 23), told]).toEqual([false, []]);
});

test("what an earlier process has kept is taken once, and then not kept by systemd any more", () => {
  const { store: kept, told } = store(three);
  expect(kept.names).toEqual(["relays.pump_power", "stored", "relays.vent"]);
  expect([kept.take("relays.vent"), kept.take("relays.vent"), kept.take("relays.lamp")]).toEqual([
    5,
    undefined,
    undefined,
  ]);
  expect(told).toEqual([["FDSTOREREMOVE=1\nFDNAME=relays.vent", undefined]]);
});

test("what nobody takes any more is given back, so that no line stays driven that no contract names", () => {
  const { store: kept, told, closed } = store(three);
  kept.take("relays.vent");
  expect([kept.clear(), closed, kept.names]).toEqual([["relays.pump_power", "stored"], [3, 4], []]);
  expect(told.map(([state]) => state.split("FDNAME=")[1])).toEqual(["relays.vent", "relays.pump_power", "stored"]);
});

test.each([{}, { ...three, LISTEN_PID: "8" }, { ...three, LISTEN_FDS: "none" }])(
  "what was meant for another process, or is nothing, is left alone: %j",
  (environment) => {
    expect(store(environment).store.names).toEqual([]);
  },
);
