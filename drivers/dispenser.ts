import {
  background,
  DeviceFaultError,
  defineThing,
  deliver,
  InputError,
  InvocationError,
  log,
  report,
  shield,
  sleep,
  Type,
} from "benchd/driver";
import balance from "./balance.ts";
import pump from "./syringe-pump.ts";

/** After the pump stands still it drips on, and what has left the outlet is still falling; ms. */
const dribbleMs = 1500;
/** Two stable weights this far apart must agree; ms. */
const betweenMs = 500;
const maxSteps = 50;
/** While the pump runs, its counter is looked at; ms. */
const lookMs = 2000;

/**
 * Doses by weight: a syringe pump and a balance as one instrument. Masses in g. It has no wire of its own; whatever
 * stops the pump stops the dose, and the dose then tells what has landed on the pan.
 */
export default defineThing({
  title: "Gravimetric dispenser",
  description: "A syringe pump and a balance as one instrument, which doses by weight",
  config: Type.Object({
    density: Type.Number({ exclusiveMinimum: 0, unit: "g/mL", default: 1 }),
    dropMass: Type.Number({
      exclusiveMinimum: 0,
      unit: "g",
      default: 0.05,
      description: "The largest drop that falls",
    }),
  }),
  uses: { pump, balance },
  actions: {
    dose: {
      title: "Dose by weight",
      reserves: ["pump", "balance"],
      input: Type.Object({
        mass: Type.Number({ exclusiveMinimum: 0, unit: "g" }),
        tolerance: Type.Number({ exclusiveMinimum: 0, unit: "g", default: 0.1 }),
      }),
      output: Type.Object({ mass: Type.Number({ unit: "g" }) }),
      cancelGraceMs: 10_000,
    },
    prime: {
      title: "Pump without weighing, to fill the tube",
      reserves: ["pump"],
      input: Type.Object({ volume: Type.Number({ exclusiveMinimum: 0, unit: "mL" }) }),
    },
  },

  async open({ config, things: { pump, balance } }) {
    const { density, dropMass } = config;

    /** What lies on the pan when nothing falls any more. */
    async function settled(): Promise<number> {
      await sleep(dribbleMs);
      for (let before = Number.NaN; ; await sleep(betweenMs)) {
        const { value } = await balance.invoke.weigh();
        if (Math.abs(value - before) < dropMass / 4) return value;
        before = value;
      }
    }

    /** Whether nothing more leaves the pump. One that cannot be asked may go on, however steady the pan seems. */
    const standsStill = () =>
      pump.read.state().then(
        (state) => state === "stopped" || state === "paused",
        () => false,
      );

    /** How much to pump next, in g: close to what is missing, but never so close that a drop too many could matter. */
    const nextStep = (missing: number, tolerance: number, poor: boolean) => {
      const step = missing - Math.max(0.1 * missing, tolerance / 2);
      // Whether the outlet is empty, blocked or beside the pan can be seen with a little.
      return poor ? Math.min(step, 4 * dropMass) : step;
    };

    /** Refuse what cannot be dosed, before anything moves. */
    async function check(mass: number, tolerance: number): Promise<void> {
      if (tolerance < dropMass)
        throw new InputError(`a tolerance of ${shown(tolerance)} is less than a drop, which is ${shown(dropMass)}`);
      if (mass <= tolerance)
        throw new InputError(
          `${shown(mass)} is no more than the tolerance of ${shown(tolerance)}, so nothing would be pumped: ask for more, or for a smaller tolerance, from ${shown(dropMass)} on`,
        );
      const remaining = await pump.read.remaining();
      const least = (mass - tolerance) / density;
      if (least > remaining)
        throw new InputError(
          `${shown(mass)} is ${Number((mass / density).toPrecision(4))} mL, but there are at most ${Number(remaining.toFixed(3))} mL in the syringe: ask for less, or refill it and write "remaining" of the pump`,
        );
    }

    /** Pump, and meanwhile tell how much the pump has counted. Resolves with what it has counted in the end; g. */
    async function pumped(mass: number, look: (mass: number) => void): Promise<number> {
      const volume = mass / density;
      let moving = true;
      background(async () => {
        for (await sleep(lookMs); moving; await sleep(lookMs)) {
          // A reading that fails need not fail the dose: where that matters the stroke fails too.
          const counted = await pump.read.dispensed().catch(() => undefined);
          if (moving && counted !== undefined) look(Math.min(counted, volume) * density);
        }
      });
      try {
        const { dispensed } = await pump.invoke.dispense({ volume });
        return dispensed * density;
      } finally {
        moving = false;
      }
    }

    async function approach(
      mass: number,
      tolerance: number,
      note: (gained: number, uncertain: number) => void,
    ): Promise<number> {
      let gained = 0;
      let poor = false;
      for (let step = 0; step < maxSteps; step++) {
        const missing = mass - gained;
        if (missing < -tolerance) throw new DeviceFaultError(`overshot: ${shown(gained)} of ${shown(mass)} on the pan`);
        if (missing <= tolerance) return gained;
        const before = gained;
        const left = await pumped(nextStep(missing, tolerance, poor), (more) => progress(before + more, mass));
        const now = await settled();
        const gain = now - gained;
        gained = now;
        note(gained, Math.max(0, mass - gained));
        log(`pumped ${shown(left)}, gained ${shown(gain)}`);
        const failed = gain < 0.5 * left;
        if (failed && poor)
          throw new DeviceFaultError(
            "the pan gains less than half of what is pumped: the syringe or tube is empty, blocked, or misses the pan",
          );
        poor = failed;
      }
      throw new InvocationError(`not within ${shown(tolerance)} of ${shown(mass)} after ${maxSteps} steps`);
    }

    return {
      invoke: {
        async dose({ mass, tolerance }) {
          await check(mass, tolerance);
          await balance.invoke.tare();
          const note = (gained: number, uncertain: number) => {
            progress(gained, mass);
            deliver({ unit: "g", requested: mass, confirmed: Math.max(0, gained), uncertain });
          };
          note(0, mass);
          try {
            const gained = await approach(mass, tolerance, note);
            note(gained, 0);
            return { mass: gained };
          } catch (error) {
            // The pump should stand still by now, but what was on its way has yet to land.
            await shield(async () => {
              const still = standsStill();
              const gained = await settled();
              note(gained, Math.max(0, mass - gained));
              log(`${shown(gained)} on the pan`);
              if (await still) note(gained, 0);
              else log.warning("the pump may go on pumping: nobody knows what will land on top");
            }).catch((failure: unknown) =>
              log.warning(`what has landed on the pan is not known: ${messageOf(failure)}`),
            );
            throw error;
          }
        },
        async prime({ volume }) {
          await pump.invoke.dispense({ volume });
        },
      },
    };
  },
});

const progress = (done: number, of: number) => report({ done: Math.min(of, Math.max(0, done)), of });
/** In mg, as balances show it; what is less than that is told all the same. */
const shown = (grams: number) => `${Number(grams.toFixed(3)) ? grams.toFixed(3) : Number(grams.toPrecision(3))} g`;
const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));
