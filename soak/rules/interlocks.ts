import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";

/** Debouncing, the time between two readings, and what one takes; ms. */
const noticedMs = 500;
/** After this time nothing that was cut off lives any more; ms. */
const endMs = 30_000;

export const interlocks: Rule = {
  number: "R6",
  holds:
    "while an interlock has tripped its outputs are safe and nothing begins; it is reset only when all is in order",
  watch(stand, broken) {
    /** Since when the door's contact has been open; bench time. */
    let openSince: number | undefined;
    const tripped = new Map<string, number>();
    const find = (name: string) => stand.gateway.interlocks.all.find((one) => one.name === name);
    return {
      level(thing, pin, on) {
        if (thing === "door" && pin === "switch") openSince = on ? undefined : stand.clock.now();
        if (!stand.isRunning) return;
        for (const { name, trip, config } of stand.gateway.interlocks.all)
          for (const one of config.outputs) {
            if (!trip || one.thing !== thing || one.output !== pin) continue;
            const wanted = stand.gateway.interlocks.valueOf(one);
            if (on !== Boolean(wanted)) broken(`${thing}.${pin} became ${on} while ${name} has tripped`);
          }
      },
      answered({ url, status, method, body }) {
        const [, name = ""] = /^\/gateway\/interlocks\/(\w+)\/reset/.exec(url) ?? [];
        if (method !== "POST" || !name) return;
        const { tripped: still } = status === 200 ? (JSON.parse(body) as { tripped: boolean }) : { tripped: true };
        const wasTripped = tripped.has(name);
        if (wasTripped) stand.tally.count("interlocks", status === 200 ? "reset" : "reset refused");
        if (still) return;
        if (name === "door_open" && openSince !== undefined && stand.clock.now() - openSince > noticedMs && wasTripped)
          broken("door_open was reset with the door open");
      },
      started() {
        openSince = stand.devices.level("door", "switch") === false ? stand.clock.now() : undefined;
        tripped.clear();
      },
      checked() {
        const now = stand.clock.now();
        for (const { name, trip } of stand.gateway.interlocks.all) {
          if (!trip) tripped.delete(name);
          else if (!tripped.has(name)) {
            tripped.set(name, now);
            stand.tally.count(
              "interlocks",
              `${name} tripped${/cannot be read|has not been read/.test(trip.why) ? " as unknown" : ""}`,
            );
          }
        }
        const door = find("door_open");
        if (openSince !== undefined && now - openSince > noticedMs && !door?.trip)
          broken(`the door has been open for ${now - openSince} ms, and its interlock has not tripped`);
        const since = tripped.get("door_open");
        if (since === undefined) return;
        if (stand.thing("heater")?.state === "ready" && stand.devices.level("heater", "heater"))
          broken("the heater is on although door_open has tripped");
        for (const { invocation } of stand.roll.live()) {
          const { thing, action, status } = invocation;
          const rules = stand.thing(thing)?.actions[action];
          if (thing !== "heater" || rules?.urgent || rules?.safe || isTerminal(status)) continue;
          if (now - since > endMs) broken(`heater/${action} is ${status} although door_open has tripped`);
        }
      },
    };
  },
};
