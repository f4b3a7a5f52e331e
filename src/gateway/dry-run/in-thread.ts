import { Worker } from "node:worker_threads";
import type { Clock } from "../../clock.ts";
import { NotReadyError } from "../../errors.ts";
import type { DryRun, Forecast } from "./forecast.ts";

/** Node's heap in it; a bench of twenty Things takes a tenth of that. */
const maxMegabytes = 256;
/** It gives up by itself before; real milliseconds. */
const maxMs = 90_000;

const thread = new URL("./thread.js", import.meta.url);
/** From the sources there is nothing that a thread of Node's could begin with. */
const compiled = import.meta.url.endsWith(".js");

/** A dry run beside the event loop of what is real, with a bound on its memory and on its time. Throws `NotReadyError`. */
export function inThread(asked: DryRun, clock: Clock): Promise<Forecast> {
  if (!compiled) return here(asked);
  return new Promise((resolve, reject) => {
    const worker = new Worker(thread, { workerData: asked, resourceLimits: { maxOldGenerationSizeMb: maxMegabytes } });
    // It must not keep the process.
    worker.unref();
    const end = () => {
      timer.cancel();
      void worker.terminate();
    };
    const fail = (why: string, cause?: unknown) => {
      end();
      reject(new NotReadyError(`the dry run has come to nothing: ${why}; the bench is as it was`, { cause }));
    };
    const timer = clock.after(maxMs, () => fail(`it was not done within ${maxMs / 1000} s`));
    worker.once("message", (forecast: Forecast) => {
      end();
      resolve(forecast);
    });
    worker.once("error", (error) => fail(error instanceof Error ? error.message : String(error), error));
    // Nothing is left to settle it: after a message this is late, and does nothing.
    worker.once("exit", () => fail("its thread has ended"));
  });
}

/** Loaded when it is needed: it is a whole gateway, this part of which it would be a part of itself. */
async function here(asked: DryRun): Promise<Forecast> {
  const load = (module: string) => import(new URL(module, import.meta.url).href) as Promise<never>;
  const { openCatalogue } = (await load("../catalogue.ts")) as typeof import("../catalogue.ts");
  const { predict } = (await load("./predict.ts")) as typeof import("./predict.ts");
  return predict(asked, openCatalogue());
}
