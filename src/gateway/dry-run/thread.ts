import { parentPort, workerData } from "node:worker_threads";
import { openCatalogue } from "../catalogue.ts";
import type { DryRun } from "./forecast.ts";
import { predict } from "./predict.ts";

/** The module that a thread for one dry run begins with. It is a benchd of its own, without a folder and without a port. */
const forecast = await predict(workerData as DryRun, openCatalogue());
parentPort?.postMessage(forecast);
