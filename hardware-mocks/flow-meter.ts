import { defineTwin } from "benchd/testing";
import { pipe } from "./world/pipe.ts";

/** While nobody holds the pin, pulses are only counted; look again after this time; ms. */
const idleMs = 1000;

/** A turbine in the pipe of the bench, with a pulse output on the pin `pulses`: half of each pulse is active. */
export default defineTwin(({ name, clock, config, gpio, share }) => {
  const water = share(pipe);
  const wiring = gpio?.wiring["pulses"];
  const perLitre = Number(config["pulsesPerLitre"]);
  let connected = true;
  let timer: ReturnType<typeof clock.after> | undefined;

  /** Half pulses since the beginning: even, and the output is at rest. */
  const halves = () => Math.floor((water.passed() * perLitre * 2) / 1000 + 1e-6);
  const put = (active: boolean) => {
    if (gpio && wiring) gpio.chip.drive(wiring.line, connected && active !== !!wiring.activeLow);
  };
  const next = () => {
    timer?.cancel();
    timer = undefined;
    const { flow } = water;
    if (flow <= 0 || !gpio || !wiring) return;
    const watched = gpio.chip.holder(wiring.line) !== undefined;
    const done = halves();
    if (watched) put(done % 2 === 1);
    const untilMs = (((done + 1) * 1000) / (perLitre * 2) - water.passed()) * (60_000 / flow);
    timer = clock.after(watched ? Math.max(untilMs, 0.001) : idleMs, next);
  };
  water.onChange(next);

  return {
    /** Pulses since the beginning. */
    get pulses() {
      return Math.floor(halves() / 2);
    },
    /** Let it flow past every valve, in mL/min; 0 ends that. */
    pour: (flow: number) => water.set(`${name}'s tap`, flow > 0, flow),
    /** So many pulses come at once, as a relay beside an unshielded cable makes them. */
    disturb(pulses: number) {
      for (let i = 0; i < pulses; i++) {
        put(true);
        put(false);
      }
    },
    /** Its cable comes loose. */
    disconnect() {
      connected = false;
      put(false);
    },
    close: () => timer?.cancel(),
  };
});
