import type { Operation } from "../step.ts";

/** Interlocks, and outputs with limits. */
export const guards: readonly Operation[] = [
  {
    name: "reset an interlock",
    weight: 5,
    async act(stand, dice) {
      const name = dice.one(["door_open", "tester_ready"]);
      await stand.send({ method: "POST", url: `/gateway/interlocks/${name}/reset?reason=soak` });
      return `POST /gateway/interlocks/${name}/reset`;
    },
  },
  {
    name: "shut the door and reset its interlock",
    weight: 3,
    async act(stand) {
      await stand.send({ method: "DELETE", url: "/mock/door/faults" });
      await stand.clock.advance(500);
      await stand.send({ method: "POST", url: "/gateway/interlocks/door_open/reset" });
      return "the door is shut";
    },
  },
  {
    name: "open the door",
    weight: 1.5,
    async act(stand) {
      await stand.send({ method: "POST", url: "/mock/door/faults/open", body: {} });
      return "the door is opened";
    },
  },
  {
    name: "heat",
    weight: 3,
    async act(stand) {
      await stand.send({ method: "POST", url: "/heater/heat_to", body: { temperature: 40 } });
      return "POST /heater/heat_to";
    },
  },
  {
    name: "open the valve",
    weight: 1,
    async act(stand) {
      await stand.send({ method: "POST", url: "/valve/open" });
      return "POST /valve/open";
    },
  },
  {
    name: "switch something on, and renew it or not",
    weight: 4,
    async act(stand, dice) {
      const url = dice.one(["/tester/valve", "/relays/lamp", "/relays/pump_power", "/psu/output"]);
      const times = dice.whole(1, 8);
      const pause = dice.real(500, 9000);
      for (let n = 0; n < times; n++) {
        await stand.send({ method: "PUT", url, body: true });
        await stand.clock.advance(pause);
      }
      if (dice.odds(0.4)) await stand.send({ method: "PUT", url, body: false });
      return `${times} times PUT ${url}`;
    },
  },
];
