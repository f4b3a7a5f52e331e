import { fileURLToPath } from "node:url";
import { readBench } from "../src/gateway/bench.ts";
import type { Catalogue } from "../src/gateway/catalogue.ts";
import type { Config, InterlockConfig, OutputSettings, ThingConfig } from "../src/gateway/config/config.ts";
import { maxBlobs } from "./rules/blobs.ts";

/** From the sources and from `dist/`. */
const candidates = ["../examples/bench.yaml", "../../examples/bench.yaml"];

/** Limits, and what becomes of outputs, which the demonstration leaves to the drivers. By Thing. */
const outputs: Readonly<Record<string, Readonly<Record<string, OutputSettings>>>> = {
  relays: { pump_power: { maxOnMs: 60_000 }, lamp: { renewEveryMs: 20_000, onLeaseLoss: "safe" } },
  valve: { valve: { maxOnMs: 90_000 } },
  psu: { output: { maxOnMs: 120_000, onStop: "hold" } },
  pump: { motor: { cutBy: "relays.pump_power" } },
};

const tester: ThingConfig = {
  ...{ name: "tester", driver: "tester", title: undefined, twin: undefined },
  ...{ config: {}, serial: undefined, bus: undefined, uses: {}, outputs: {} },
  gpio: { valve: { line: 22 } },
  at: () => "the soak",
};

/** Nothing of it begins unless the tester says that it is ready; not to be known counts as not ready. */
const testerReady: InterlockConfig = {
  ...{ name: "tester_ready", thing: "tester", property: "ready", equals: true, on: "block" },
  ...{ outputs: [{ thing: "relays", output: "vent", value: undefined }], pollMs: 2000, maxAgeMs: 10_000 },
};

/** The demonstration bench with limits on its outputs, and a Thing of the soak's own. */
export async function readSoakBench(catalogue: Catalogue): Promise<Config> {
  const here = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  const [inSources = "", compiled = ""] = here;
  const config = await readBench(import.meta.url.endsWith(".ts") ? inSources : compiled, catalogue, { mock: true });
  const limited = [...config.things].map(
    ([name, entry]) => [name, { ...entry, outputs: { ...entry.outputs, ...outputs[name] } }] as const,
  );
  const things = new Map<string, ThingConfig>([...limited, [tester.name, tester]]);
  const interlocks = new Map(config.interlocks).set(testerReady.name, testerReady);
  // Loaded now: once time passes, nothing may depend on how fast modules are loaded.
  for (const { driver, twin } of things.values()) {
    await catalogue.definition(driver);
    await catalogue.twin(driver, twin);
  }
  return { ...config, things, interlocks, blobs: { count: maxBlobs } };
}
