import type pumpTwin from "../../../hardware-mocks/syringe-pump.ts";
import type xyTwin from "../../../hardware-mocks/xy.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import type { Step } from "../../../src/experiment/procedure/procedure.ts";
import { usualAnswer } from "../../../src/gateway/dry-run/answers.ts";
import { needed } from "../../../src/gateway/dry-run/needed.ts";
import { portable, restored } from "../../../src/gateway/dry-run/portable.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import type { SerialTwin } from "../../../src/twin/serial-twin.ts";
import { catalogue, exampleBench, titration } from "../../gateway/dry-run/titration.ts";

export const devices = ["pump", "balance", "ph", "xy"] as const;
export type Device = (typeof devices)[number];
const drivers = { pump: "syringe-pump", balance: "balance", ph: "ph", xy: "xy" } as const;
/** So long people take to answer; bench time. */
const thinkMs = 5000;

/** The bench of the example, what it is run on, and how to look behind its devices. */
export async function openTitration() {
  const clock = new DiscreteClock();
  const twins = new Map<string, unknown>();
  const config = restored(portable(needed(await exampleBench(), devices)));
  const gateway = await clock.until(
    Gateway.open({
      ...{ config, clock, processClock: new DiscreteClock(), mock: true, log: () => {} },
      catalogue: {
        names: () => catalogue.names(),
        definition: (driver) => catalogue.definition(driver),
        async twin(driver, path) {
          const make = await catalogue.twin(driver, path);
          return (
            make &&
            ((context) => {
              const twin = make(context);
              twins.set(driver, twin);
              return twin;
            })
          );
        },
      },
      answer: async (question) => {
        await new Promise<void>((resolve) => void clock.after(thinkMs, resolve));
        return usualAnswer(question);
      },
    }),
  );
  const procedure = await titration({ limit: 5 });
  return {
    ...{ clock, gateway, procedure, runs: gateway.experiments.runs },
    twin: (device: Device) => twins.get(drivers[device]) as SerialTwin,
    /** What moves, by itself or because it was told to; behind the wires. */
    get moving(): readonly string[] {
      const pump = twins.get(drivers.pump) as ReturnType<typeof pumpTwin>;
      const xy = twins.get(drivers.xy) as ReturnType<typeof xyTwin>;
      return [...(["I", "W"].includes(pump.state.prompt) ? ["pump"] : []), ...(xy.moving ? ["xy"] : [])];
    },
    /** Begin; `came` is told of each step that it comes to. */
    start: (came: (step: Step) => void): Invocation =>
      gateway.experiments.runs.start({ procedure, requestedBy: "test", watch: { began: came, ended() {} } }),
    close: () => clock.until(gateway.close({ graceMs: 0 })),
  };
}
export type Titration = Awaited<ReturnType<typeof openTitration>>;

/** What may happen at a step: the n-th time that it is come to, and so long after it has begun; milliseconds. */
export interface Moment {
  readonly path: string;
  readonly n: number;
  readonly afterMs: number;
}

/** Run it, do `deed` at that moment, and let time pass for so long; what then has become of it. */
export async function interfere(bench: Titration, { path, n, afterMs }: Moment, deed: (run: Invocation) => void) {
  let times = 0;
  let done = false;
  const run = bench.start((step) => {
    if (step.path !== path || ++times !== n) return;
    bench.clock.after(afterMs, () => {
      done = true;
      deed(run);
    });
  });
  while (!done && run.endedAt === undefined) await bench.clock.step();
  return { run, done };
}
