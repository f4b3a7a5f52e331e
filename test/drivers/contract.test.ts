import { describeThing } from "benchd/testing";
import { describe, expect, test } from "vitest";
import balance from "../../drivers/balance.ts";
import counter from "../../drivers/counter.ts";
import dispenser from "../../drivers/dispenser.ts";
import door from "../../drivers/door.ts";
import relays from "../../drivers/relays.ts";
import pump from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import doorTwin from "../../hardware-mocks/door.ts";
import relaysTwin from "../../hardware-mocks/relays.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

const placedPump = { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } };
const placedBalance = { definition: balance, twin: balanceTwin };

/** How each driver is tried; every driver there is has to be here. */
const contracts: Readonly<Record<string, () => void>> = {
  counter: () =>
    describeThing(
      {
        thing: "counter",
        things: { counter: { definition: counter } },
        inputs: { echo: { number: 1, text: "a" } },
        unreadable: ["broken"],
      },
      test,
    ),
  "syringe-pump": () =>
    describeThing(
      {
        thing: "pump",
        things: { pump: placedPump },
        inputs: { dispense: { volume: 1 }, withdraw: { volume: 1 } },
        async prepare(bench) {
          await bench.write("pump", "rate", 6);
          await bench.write("pump", "remaining", 30);
          bench.twins.pump.path.content = 30;
        },
        isSafe: ({ twins }) => twins.pump.state.prompt === "S",
      },
      test,
    ),
  balance: () =>
    describeThing(
      {
        thing: "balance",
        things: { balance: placedBalance },
        // Something was just put on the pan: it takes a while to come to rest.
        prepare: async (bench) => bench.twins.balance.put(50),
      },
      test,
    ),
  dispenser: () =>
    describeThing(
      {
        thing: "dispenser",
        things: {
          pump: placedPump,
          balance: placedBalance,
          dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } },
        },
        inputs: { dose: { mass: 1 }, prime: { volume: 0.5 } },
        prepare: (bench) => bench.write("pump", "rate", 6),
        isSafe: ({ twins }) => twins.pump.state.prompt === "S",
      },
      test,
    ),
  relays: () =>
    describeThing(
      {
        thing: "relays",
        things: {
          relays: {
            definition: relays,
            twin: relaysTwin,
            gpio: { pump_power: { line: 17 }, vent: { line: 27 }, lamp: { line: 22, activeLow: true } },
          },
        },
        isSafe: ({ twins }) =>
          !twins.relays.energised("pump_power") && twins.relays.energised("vent") && !twins.relays.energised("lamp"),
      },
      test,
    ),
  door: () =>
    describeThing(
      {
        thing: "door",
        things: {
          door: {
            definition: door,
            twin: doorTwin,
            gpio: { switch: { line: 23, activeLow: true, pull: "up", debounceMs: 25 } },
          },
        },
      },
      test,
    ),
};

test("every driver keeps the contract", async () => {
  expect(Object.keys(contracts).sort()).toEqual(await openCatalogue().names());
});

for (const [name, tried] of Object.entries(contracts)) describe(name, tried);
