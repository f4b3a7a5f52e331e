import { expect, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { checkBench } from "../../../src/gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../../../src/gateway/catalogue.ts";
import type { Config } from "../../../src/gateway/config/config.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";

const text = "things:\n  a: { driver: counter }\n";

/** A gateway whose file hangs while it is read, as one on a network that is gone, until `mend`. */
async function openStuck() {
  const [clock, processClock] = [new DiscreteClock(), new DiscreteClock()];
  const read = (catalogue: Catalogue) => checkBench(text, "test.yaml", catalogue, { mock: true });
  let stuck = true;
  const reread = (catalogue: Catalogue) => (stuck ? new Promise<Config>(() => {}) : read(catalogue));
  const catalogue = openCatalogue();
  const config = await read(catalogue);
  const gateway = await clock.until(
    Gateway.open({ ...{ config, catalogue, reread, clock, processClock, mock: true }, log() {} }),
  );
  const mend = () => {
    stuck = false;
  };
  return {
    ...{ gateway, clock, processClock, mend },
    reload: () => gateway.reloads.reload({ by: "ada", busy: "refuse" }),
  };
}

test("a file that hangs while it is read keeps nobody from ending it, and devices are closed", async () => {
  const { gateway, clock, reload } = await openStuck();
  const refused = expect(reload()).rejects.toThrow("benchd is ending: nothing was changed");
  await clock.until(gateway.close());
  await refused;
  expect(gateway.thing("a").state).toBe("closed");
});

test("a file that hangs while it is read is given up for the next reload, unless it was begun a moment ago", async () => {
  const { gateway, clock, processClock, reload, mend } = await openStuck();
  const refused = expect(reload()).rejects.toThrow("could not be read within 30 s: nothing was changed");
  gateway.reloads.giveUpStuck();
  await processClock.advance(30_000);
  mend();
  expect(await clock.until(reload())).toMatchObject({ kept: ["a"] });
  await refused;
  await clock.until(gateway.close());
});
