/**
 * The demonstration bench, whole and with its history, on simulated devices and in simulated time: from timer to timer, or
 * paced as by `--time-scale`. Asked to let it pass, it tells how long that took.
 */
import { fileURLToPath } from "node:url";
import type balance from "../../hardware-mocks/balance.ts";
import type pump from "../../hardware-mocks/syringe-pump.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { readBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { PacedClock } from "../../src/paced-clock.ts";
import type { Twin } from "../../src/twin/twin.ts";
import type { Passed, ToPass } from "../virtual-time.ts";

const bench = fileURLToPath(new URL("../../../examples/bench.yaml", import.meta.url));
/** g; the driver comes close to it in steps, and weighs after each. */
const dose = 1;
/** The syringe has 60 mL. */
const dosesPerSyringe = 40;

const [stateDirectory = "", scale] = process.argv.slice(2);
const twins = new Map<string, Twin>();
const inner = openCatalogue();
const catalogue: typeof inner = {
  ...inner,
  async twin(driver, named) {
    const make = await inner.twin(driver, named);
    if (!make) return undefined;
    return (context) => {
      const twin = make(context);
      twins.set(context.name, twin);
      return twin;
    };
  },
};
const config = { ...(await readBench(bench, catalogue, { mock: true })), stateDirectory };
const clock = scale === undefined ? new DiscreteClock() : new PacedClock(Number(scale));
const until = <T>(work: Promise<T>) => (clock instanceof PacedClock ? work : clock.until(work));
const gateway = await until(Gateway.open({ config, catalogue, clock, mock: true, log: () => {} }));
let doses = 0;

async function idle(ms: number): Promise<void> {
  if (clock instanceof PacedClock) await new Promise<void>((resolve) => clock.after(ms, resolve));
  else await clock.advance(ms);
}

/** One after the other. */
async function dosing(ms: number): Promise<void> {
  for (const end = clock.now() + ms; clock.now() < end; ) {
    if (doses++ % dosesPerSyringe === 0) await refill();
    const asked = gateway.thing("dispenser").invoke("dose", { mass: dose }, { requestedBy: "a benchmark" });
    await until(asked.ended);
    if (asked.status !== "completed") throw new Error(`a dose has ended as ${asked.status}: ${asked.error?.message}`);
  }
}

/** A full syringe, and nothing on the pan. */
async function refill(): Promise<void> {
  const { path, world } = twins.get("pump") as unknown as ReturnType<typeof pump>;
  const { cell } = twins.get("balance") as unknown as ReturnType<typeof balance>;
  path.refill(clock.now());
  world.put(-cell.onPan);
  await until(gateway.thing("pump").write("remaining", path.capacity));
}

process.on("message", async ({ what, seconds }: ToPass) => {
  const began = { bench: clock.now(), real: performance.now(), cpu: process.cpuUsage() };
  await (what === "idle" ? idle : dosing)(seconds * 1000);
  const { user, system } = process.cpuUsage(began.cpu);
  const passed: Passed = {
    benchMs: clock.now() - began.bench,
    realMs: performance.now() - began.real,
    cpuMs: (user + system) / 1000,
  };
  process.send?.(passed);
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
