import { readFile } from "node:fs/promises";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import type { Procedure } from "../../../src/experiment/procedure/procedure.ts";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { thingsOf } from "../../../src/experiment/runs/steps-of.ts";
import { checkBench } from "../../../src/gateway/bench.ts";
import { openCatalogue } from "../../../src/gateway/catalogue.ts";
import type { Config } from "../../../src/gateway/config/config.ts";
import { usualAnswer } from "../../../src/gateway/dry-run/answers.ts";
import type { Forecast } from "../../../src/gateway/dry-run/forecast.ts";
import { needed } from "../../../src/gateway/dry-run/needed.ts";
import { portable, restored } from "../../../src/gateway/dry-run/portable.ts";
import { predict } from "../../../src/gateway/dry-run/predict.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";

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

/** The same procedure on a bench whose time has gone on for a while before. */
export async function virtualRun(afterMs: number, parameters: Readonly<Record<string, unknown>> = {}) {
  const clock = new DiscreteClock();
  const config = restored(portable(needed(await exampleBench(), ["pump", "balance", "ph", "xy"])));
  const processClock = new DiscreteClock();
  const gateway = await clock.until(
    Gateway.open({ config, catalogue, clock, processClock, mock: true, log: () => {}, answer: usualAnswer }),
  );
  await clock.advance(afterMs);
  const from = clock.now();
  const run = gateway.experiments.runs.start({ procedure: await titration(parameters), requestedBy: "test" });
  await clock.until(run.ended);
  const durationMs = clock.now() - from;
  await clock.until(gateway.close());
  return { status: run.status, durationMs };
}
