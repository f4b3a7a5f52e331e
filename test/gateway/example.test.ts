import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

test("the demonstration bench fits its drivers, and every device of it has a twin", async () => {
  const catalogue = openCatalogue();
  const bench = await readBench(fileURLToPath(new URL("../../examples/bench.yaml", import.meta.url)), catalogue);
  expect([...bench.things.keys()].sort()).toEqual(
    "balance camera counter dispenser dmm door estop flow heater ph probe psu pump relays stage valve xy".split(" "),
  );
  for (const { driver, serial, gpio } of bench.things.values())
    if (serial !== undefined || Object.keys(gpio).length > 0)
      expect(await catalogue.twin(driver)).toBeTypeOf("function");
});
