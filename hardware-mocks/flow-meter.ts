import { defineTwin, fault, Type } from "benchd/testing";
import { pipe } from "./world/pipe.ts";

/** While nobody holds the pin, pulses are only counted; look again after this time; ms. */
const idleMs = 1000;

/** A turbine in the pipe of the bench, with a pulse output on the pin `pulses`: half of each pulse is active. */
export default defineTwin(({ name, clock, config, gpio, share }) => {
  const water = share(pipe);
  const wiring = gpio?.wiring["pulses"];
  const perLitre = Number(config["pulsesPerLitre"]);
  let connected = true;
  /** Each pulse comes twice. */
  let bouncing = false;
  /** How much faster the turbine turns than water makes it turn. */
  let racing = 1;
  /** What would have made it turn so often, had it been water, and what had passed by then; mL. */
  let turned = 0;
  let seen = 0;
  let timer: ReturnType<typeof clock.after> | undefined;

  const turns = () => {
    const passed = water.passed();
    turned += (passed - seen) * racing;
    seen = passed;
    return turned;
  };
  /** Half pulses since the beginning: even, and the output is at rest. */
  const halves = () => Math.floor((turns() * perLitre * 2) / 1000 + 1e-6);
  const put = (active: boolean) => {
    if (gpio && wiring) gpio.chip.drive(wiring.line, connected && active !== !!wiring.activeLow);
  };
  const disturb = (pulses: number) => {
    for (let i = 0; i < pulses; i++) {
      put(true);
      put(false);
    }
  };
  const next = () => {
    timer?.cancel();
    timer = undefined;
    const flow = water.flow * racing;
    if (flow <= 0 || !gpio || !wiring) return;
    const watched = gpio.chip.holder(wiring.line) !== undefined;
    const done = halves();
    const active = done % 2 === 1;
    if (watched) put(active);
    if (watched && active && bouncing) {
      put(false);
      put(true);
    }
    const untilMs = (((done + 1) * 1000) / (perLitre * 2) - turns()) * (60_000 / flow);
    timer = clock.after(watched ? Math.max(untilMs, 0.001) : idleMs, next);
  };
  const unwatch = water.onChange(next);
  const race = (times: number) => {
    turns();
    racing = times;
    next();
  };

  return {
    faults: {
      air: fault({
        title: "Air in the pipe: the turbine turns faster than the flow; 0: something holds it",
        input: Type.Object({ times: Type.Number({ minimum: 0, maximum: 10, default: 3 }) }),
        apply({ times }) {
          race(times);
          return { end: () => race(1) };
        },
      }),
      bounce: fault({
        title: "Its output bounces: each pulse comes twice",
        input: Type.Object({}),
        apply() {
          bouncing = true;
          return {
            end() {
              bouncing = false;
            },
          };
        },
      }),
      storm: fault({
        title: "Pulses come at once, as a relay beside an unshielded cable makes them",
        input: Type.Object({ pulses: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }) }),
        apply: ({ pulses }) => void disturb(pulses),
      }),
    },
    /** Pulses since the beginning. */
    get pulses() {
      return Math.floor(halves() / 2);
    },
    /** Let it flow past every valve, in mL/min; 0 ends that. */
    pour: (flow: number) => water.set(`${name}'s tap`, flow > 0, flow),
    /** So many pulses come at once, as a relay beside an unshielded cable makes them. */
    disturb,
    /** Its cable comes loose. */
    disconnect() {
      connected = false;
      put(false);
    },
    close() {
      unwatch();
      timer?.cancel();
    },
  };
});
