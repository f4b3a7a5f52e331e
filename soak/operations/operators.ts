import { mended } from "../calm.ts";
import type { Operation } from "../step.ts";

/** What is used up, and has to be put right for the next dose to be possible. */
const chores: readonly { readonly name: string; readonly url: string; readonly body?: unknown }[] = [
  { name: "home the stage", url: "/xy/home" },
  { name: "unlock it", url: "/xy/unlock" },
  { name: "let the heater be switched on again", url: "/heater/clear_fault" },
  { name: "dose", url: "/dispenser/dose", body: { mass: 1 } },
  { name: "dose more", url: "/dispenser/dose", body: { mass: 4, tolerance: 0.2 } },
  { name: "pump", url: "/pump/dispense", body: { volume: 1.5 } },
];

/** What those do who stand beside the bench. */
export const operators: readonly Operation[] = [
  {
    name: "emergency stop",
    weight: 1.5,
    async act(stand) {
      await stand.send({ method: "POST", url: "/emergency_stop" });
      return "POST /emergency_stop";
    },
  },
  {
    name: "clear the emergency stop",
    weight: 10,
    async act(stand, dice) {
      if (dice.odds(0.7)) await stand.send({ method: "DELETE", url: "/mock/estop/faults" });
      await stand.clock.advance(100);
      await stand.send({ method: "DELETE", url: "/emergency_stop" });
      return "DELETE /emergency_stop";
    },
  },
  {
    name: "reset a Thing",
    weight: 4,
    async act(stand, dice) {
      const things = [...stand.gateway.things.values()];
      const unwell = things.filter(({ state }) => state !== "ready");
      const { name } = dice.one(unwell.length > 0 && dice.odds(0.9) ? unwell : things);
      await stand.send({ method: "DELETE", url: `/${name}/quarantine` });
      return `DELETE /${name}/quarantine`;
    },
  },
  {
    name: "refill the syringe and empty the pan",
    weight: 3,
    async act(stand) {
      stand.devices.refill();
      await stand.send({ method: "PUT", url: "/pump/remaining", body: 60 });
      await stand.send({ method: "PUT", url: "/pump/rate", body: 10 });
      return "PUT /pump/remaining 60";
    },
  },
  {
    name: "do a chore",
    weight: 9,
    async act(stand, dice) {
      const { name, url, body } = dice.one(chores);
      await stand.send({ method: "POST", url, body });
      return `${name}: POST ${url}`;
    },
  },
  {
    name: "restart",
    weight: 0.4,
    async act(stand, dice) {
      const ms = dice.one([0, 100, 5000, 60_000]);
      await stand.restart(ms);
      return `restarted after ${ms} ms`;
    },
  },
  {
    name: "put everything right",
    weight: 0.4,
    async act(stand) {
      await mended(stand);
      return "everything was put right";
    },
  },
];
