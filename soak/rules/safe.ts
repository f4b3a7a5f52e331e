import type { OutputContract } from "../../src/thing/affordance.ts";
import type { Rule } from "../rule.ts";
import type { Stand } from "../stand.ts";

/** A device that is there has been made safe within this time; ms. */
const safeMs = 10_000;

interface Pin {
  readonly thing: string;
  readonly output: string;
  readonly contract: OutputContract;
  /** As it is on the wire, logical. */
  readonly level: boolean;
}

/** Not where an emergency stop wants it. */
const isRaised = ({ contract: { safe, emergency = safe }, level }: Pin) =>
  emergency !== "keep" && level !== Boolean(emergency);

/** Every output on a pin, with its contract. */
function* pins(stand: Stand): Generator<Pin> {
  for (const { name: thing, definition } of stand.gateway.things.values())
    for (const [output, contract] of Object.entries<OutputContract>(definition.outputs ?? {})) {
      const level = stand.devices.level(thing, output);
      if (level !== undefined) yield { thing, output, contract, level };
    }
}

export const emergency: Rule = {
  number: "R5",
  holds: "the emergency stop waits for nothing: what it sends leaves in the same tick",
  watch(stand, broken) {
    /** When bytes were last handed to the port of a Thing. */
    const wroteAt = new Map<string, number>();
    return {
      wrote(thing) {
        wroteAt.set(thing, stand.clock.now());
      },
      tripped() {
        stand.tally.count("emergency stops", "pressed");
        // Before any timer or any event: this was asked for before the clock lets time pass.
        setImmediate(() => {
          for (const one of pins(stand)) {
            const { state } = stand.gateway.thing(one.thing);
            if ((state === "ready" || state === "quarantined") && isRaised(one))
              broken(`${one.thing}.${one.output} is ${one.level} after the tick of the emergency stop`);
          }
        });
        for (const [thing, isMoving] of Object.entries(moving)) {
          if (stand.gateway.thing(thing).state !== "ready" || !isMoving(stand)) continue;
          stand.tally.count("emergency stops", `while ${thing} moved`);
          if (wroteAt.get(thing) !== stand.clock.now()) broken(`${thing} moves, and nothing was sent to it at once`);
        }
      },
    };
  },
};

/** Whether a device that can be stopped at any time is at it. */
const moving: Readonly<Record<string, (stand: Stand) => boolean>> = {
  pump: (stand) => stand.devices.pump.state.prompt !== "S" && stand.gateway.thing("pump").lane.holder !== undefined,
};

export const outputs: Rule = {
  number: "R6",
  holds: "outputs are safe when the gateway has ended, and as long as the emergency stop is latched",
  watch(stand, broken) {
    let latchedSince: number | undefined;
    return {
      tripped() {
        latchedSince = stand.clock.now();
      },
      closed() {
        latchedSince = undefined;
        const { prompt, alarm } = stand.devices.pump.state;
        // Behind a cable that is out, or a line that is blocked, its own dead-man stops it.
        if (prompt !== "S" && !alarm && !stand.devices.tampered.has("pump"))
          broken(`the pump runs (${prompt}) without a gateway`);
      },
      checked() {
        if (!stand.gateway.emergencyStop.latch) latchedSince = undefined;
        else latchedSince ??= stand.clock.now();
        if (latchedSince === undefined || stand.clock.now() - latchedSince < safeMs) return;
        for (const one of pins(stand))
          if (stand.gateway.thing(one.thing).state === "ready" && isRaised(one))
            broken(`${one.thing}.${one.output} is ${one.level} though the emergency stop is latched`);
      },
    };
  },
};
