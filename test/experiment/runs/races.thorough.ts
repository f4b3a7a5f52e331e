import { test } from "vitest";
import { raceRuns } from "./races.ts";

test(
  "whatever is done to runs beside each other, each ends once, leaves nothing behind, and its Things safe",
  () => raceRuns(400),
  300_000,
);
