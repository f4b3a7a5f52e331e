import type { OutputContract } from "../../src/thing/affordance.ts";
import type { Rule } from "../rule.ts";

/** A reading shows a pin's level at once; a device takes its time to obey; ms. */
const slackMs = 100;
const deviceMs = 15_000;

export const limits: Rule = {
  number: "R6",
  holds: "no output is away from its safe value for longer than it may, nor without being set again in time",
  watch(stand, broken) {
    /** Since when a pin has been away from its safe level. */
    const since = new Map<string, number>();
    let supplyOnSince: number | undefined;
    let lampSetAt = 0;
    let startedAt = 0;
    const contractOf = (thing: string, pin: string): OutputContract | undefined =>
      stand.thing(thing)?.definition.outputs?.[pin];
    const judge = (name: string, from: number) => {
      const [thing = "", pin = ""] = name.split(".");
      const { maxOnMs = Number.POSITIVE_INFINITY } = contractOf(thing, pin) ?? {};
      const ms = stand.clock.now() - from;
      if (ms > maxOnMs + slackMs) broken(`${name} was on for ${ms} ms, and may be for ${maxOnMs} ms`);
    };
    return {
      level(thing, pin, on) {
        const name = `${thing}.${pin}`;
        const from = since.get(name);
        if (from !== undefined) judge(name, from);
        const contract = contractOf(thing, pin);
        if (contract && on !== Boolean(contract.safe)) since.set(name, from ?? stand.clock.now());
        else since.delete(name);
      },
      // The chip goes with the process.
      closed: () => since.clear(),
      started() {
        startedAt = stand.clock.now();
      },
      logged(_, __, message) {
        if (/\(maxOnMs\)|\(renewEveryMs\)/.test(message) && message.includes("was made safe"))
          stand.tally.count("limits", message.includes("maxOnMs") ? "on for too long" : "not set again in time");
      },
      checked() {
        for (const [name, from] of since) judge(name, from);
        const renewed = stand.devices.level("relays", "lamp") ? since.get("relays.lamp") : undefined;
        const { renewEveryMs = Number.POSITIVE_INFINITY } = contractOf("relays", "lamp") ?? {};
        const setAt = Math.max(renewed ?? 0, lampSetAt);
        if (renewed !== undefined && stand.clock.now() - setAt > renewEveryMs + slackMs)
          broken(`relays.lamp is on, and was not set for ${stand.clock.now() - setAt} ms`);
        const { psu } = stand.devices;
        if (!psu.on || stand.devices.tampered.has("psu") || stand.thing("psu")?.state !== "ready")
          supplyOnSince = undefined;
        else supplyOnSince ??= stand.clock.now();
        const { maxOnMs = Number.POSITIVE_INFINITY } = contractOf("psu", "output") ?? {};
        // Of what stays on over a restart the time goes on, but nobody ends it before the next start.
        if (supplyOnSince !== undefined && stand.clock.now() > Math.max(supplyOnSince + maxOnMs, startedAt) + deviceMs)
          broken(`the supply has been on for ${stand.clock.now() - supplyOnSince} ms`);
      },
      answered({ method, url, status, request }) {
        if (method === "PUT" && url === "/relays/lamp" && status === 201 && request.body === true)
          lampSetAt = stand.clock.now();
      },
    };
  },
};
