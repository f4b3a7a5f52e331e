import { readFile } from "node:fs/promises";
import type { Procedure } from "../../../src/experiment/procedure/procedure.ts";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { thingsOf } from "../../../src/experiment/runs/steps-of.ts";
import { checkBench } from "../../../src/gateway/bench.ts";
import { openCatalogue } from "../../../src/gateway/catalogue.ts";
import type { Config } from "../../../src/gateway/config/config.ts";
import type { Forecast } from "../../../src/gateway/dry-run/forecast.ts";
import { needed } from "../../../src/gateway/dry-run/needed.ts";
import { portable } from "../../../src/gateway/dry-run/portable.ts";
import { predict } from "../../../src/gateway/dry-run/predict.ts";

const root = new URL("../../../", import.meta.url);

/** The text of a file of the project. */
const textOf = (path: string) => readFile(new URL(path, root), "utf8");

export const catalogue = openCatalogue();

/** The bench of the examples, with nothing but twins. */
export const exampleBench = async () =>
  checkBench(await textOf("examples/bench.yaml"), "bench.yaml", catalogue, { mock: true });

export const titration = async (parameters: Readonly<Record<string, unknown>> = {}) =>
  readProcedure({ text: await textOf("examples/runs/titration.yaml"), file: "titration.yaml", parameters });

/** What a dry run of it on that bench tells. */
export function foretold(config: Config, procedure: Procedure, patienceMs?: number): Promise<Forecast> {
  const asked = { config: portable(needed(config, thingsOf(procedure))), procedure, patienceMs };
  // As a thread gets it.
  return predict(structuredClone(asked), catalogue);
}

/** A bench of its own. */
export const benchOf = (text: string) => checkBench(text, "bench.yaml", catalogue, { mock: true });

export const procedureOf = (text: string) => readProcedure({ text, file: "trial.yaml" });
