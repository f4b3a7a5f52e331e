import { expect, test } from "vitest";
import { processEndingMs } from "../../src/cli/ending.ts";
import { lastAnswersMs } from "../../src/cli/stop.ts";
import { bridgeEndingMs } from "../../src/mqtt/bridge.ts";
import { hangingUpMs } from "../../src/mqtt/connection.ts";

test("whoever waits for the end of the process waits for the broker, and for what else ends after the gateway, too", () => {
  const afterwards = processEndingMs({ endingMs: 30_000 }) - 30_000;
  expect(bridgeEndingMs + hangingUpMs).toBe(5000);
  expect(afterwards).toBeGreaterThanOrEqual(lastAnswersMs + bridgeEndingMs + hangingUpMs);
  // The unit waits for a minute, whatever it is told: that is enough where no driver needs longer.
  expect(30_000 + afterwards).toBeLessThan(60_000);
});
