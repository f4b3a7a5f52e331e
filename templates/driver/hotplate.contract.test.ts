import { describeThing } from "benchd/testing";
import { test } from "vitest";
import definition from "./hotplate.ts";
import twin from "./hotplate.twin.ts";

describeThing(
  {
    thing: "hotplate",
    things: { hotplate: { definition, twin } },
    inputs: { stir: { speed: 300, seconds: 2 } },
    isSafe: ({ twins }) => twins.hotplate.isOff,
  },
  test,
);
