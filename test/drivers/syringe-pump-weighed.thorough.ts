import { describeThing } from "benchd/testing";
import { test } from "vitest";
import contract from "./contracts/syringe-pump.ts";
import { balance, pump } from "./placed.ts";

// With a balance in its slot, whose every wait is one of a calibration, too.
describeThing(
  {
    ...contract,
    things: { balance, pump: { ...pump, uses: { balance: "balance" } } },
  },
  test,
);
