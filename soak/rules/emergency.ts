import type { OutputContract } from "../../src/thing/affordance.ts";
import type { Rule } from "../rule.ts";
import type { Stand } from "../stand.ts";
import { isRaised, pins } from "./pins.ts";

/** HTTP takes so many turns of the event loop before anything is asked of the gateway; one that waits for a disk takes more. */
const mostTurns = 6;
/** Bouncing and debouncing; ms. */
const contactMs = 100;

/** A supply that was operated by hand is told first that it is not any more. What does something by itself that it can be told to leave: whether it is at it, and what tells it. */
const stops: Readonly<Record<string, { moves(stand: Stand): boolean; readonly by: RegExp }>> = {
  pump: { moves: ({ devices }) => devices.pump.state.prompt !== "S", by: /STP/ },
  xy: { moves: ({ devices }) => devices.xy.moving, by: /!|[^ -~\r\n]/ },
  stage: { moves: ({ devices }) => devices.stage.moving, by: /stop/ },
  psu: { moves: ({ devices }) => devices.psu.on, by: /OUTP|SYST:REM/ },
  tester: { moves: ({ devices }) => devices.tester.running, by: /!/ },
};

export const emergency: Rule = {
  number: "R5",
  holds: "the emergency stop waits for nothing: what it sends leaves in the same tick",
  watch(stand, broken) {
    /** Told to each Thing since the event loop last turned. */
    const told = new Map<string, string>();
    /** Presses that nothing has come of yet. */
    const presses: { readonly at: number; turns: number }[] = [];
    /** When the contact of the button has opened, and when it has last moved. */
    let openSince: number | undefined;
    let movedAt = Number.NEGATIVE_INFINITY;
    const turn = () => {
      if (presses.length === 0) return;
      for (const press of presses) press.turns++;
      setImmediate(turn);
    };
    return {
      wrote(thing, bytes) {
        if (told.size === 0) setImmediate(() => told.clear());
        told.set(thing, (told.get(thing) ?? "") + Buffer.from(bytes).toString("latin1"));
      },
      pressed() {
        if (!stand.isRunning) return;
        presses.push({ at: stand.clock.now(), turns: 0 });
        if (presses.length === 1) setImmediate(turn);
      },
      level(thing, _, on) {
        if (thing !== "estop") return;
        const now = stand.clock.now();
        if (on) openSince = undefined;
        // A contact that bounces opens once.
        else openSince = now - movedAt < contactMs ? movedAt : now;
        movedAt = now;
      },
      closing: () => void presses.splice(0),
      tripped(by) {
        if (!stand.gateway.emergencyStop.latch) broken("it was pressed, and is not latched");
        const press = by.startsWith("estop") ? undefined : presses.shift();
        stand.tally.count("emergency stops", press ? "by HTTP" : "by the button");
        if (press && stand.clock.now() > press.at)
          broken(`it was pressed ${stand.clock.now() - press.at} ms before anything came of it`);
        if (press && press.turns > mostTurns)
          broken(`the event loop turned ${press.turns} times before anything came of it`);
        for (const [thing, { moves, by }] of Object.entries(stops)) {
          if (stand.gateway.thing(thing).state !== "ready" || !moves(stand)) continue;
          stand.tally.count("emergency stops", `while ${thing} moved`);
          if (!by.test(told.get(thing) ?? ""))
            broken(`${thing} moves, and was told ${JSON.stringify(told.get(thing) ?? "nothing")} in that tick`);
        }
        // Before any timer or any event: this was asked for before the clock lets time pass.
        setImmediate(() => {
          for (const one of pins(stand)) {
            const { state } = stand.gateway.thing(one.thing);
            if ((state === "ready" || state === "quarantined") && isRaised(one))
              broken(`${one.thing}.${one.output} is ${one.level} after the tick of the emergency stop`);
          }
        });
      },
      checked() {
        const now = stand.clock.now();
        for (const { at } of presses) broken(`it was pressed ${now - at} ms ago, and nothing has come of it`);
        presses.splice(0);
        const ms = now - (openSince ?? now);
        if (ms > contactMs && stand.thing("estop")?.state === "ready" && !stand.gateway.emergencyStop.latch)
          broken(`its button has been pressed for ${ms} ms, and it is not latched`);
      },
    };
  },
};

export const stayed: Rule = {
  number: "R5",
  holds: "while it is latched no output rises again",
  watch(stand, broken) {
    return {
      level(thing, pin, on) {
        if (!stand.isRunning || !stand.gateway.emergencyStop.latch) return;
        const contract: OutputContract | undefined = stand.thing(thing)?.definition.outputs?.[pin];
        if (contract && isRaised({ thing, output: pin, contract, level: on }))
          broken(`${thing}.${pin} became ${on} while the emergency stop is latched`);
      },
    };
  },
};
