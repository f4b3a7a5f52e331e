import { describeThing } from "benchd/testing";
import { test } from "vitest";
import contract from "./contracts/syringe-pump.ts";
import { pump } from "./placed.ts";

describeThing({ ...contract, things: { pump: { ...pump, config: { ...pump.config, mode: "basic" } } } }, test);
