import type { Dice } from "../dice.ts";
import type { Request } from "../rule.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";

/** What moves, flows or heats while the stop is pressed. */
const work: readonly Request[] = [
  { method: "POST", url: "/dispenser/dose", body: { mass: 3 } },
  { method: "POST", url: "/pump/dispense", body: { volume: 3 } },
  { method: "POST", url: "/stage/move", body: { x: 3000, y: -2000, z: 0 } },
  { method: "POST", url: "/xy/home" },
  { method: "POST", url: "/psu/ramp", body: { voltage: 9, rate: 0.5 } },
  { method: "PUT", url: "/psu/output", body: true },
  { method: "PUT", url: "/heater/setpoint", body: 60 },
  { method: "POST", url: "/valve/open" },
  { method: "PUT", url: "/relays/pump_power", body: true },
  { method: "PUT", url: "/tester/valve", body: true },
];

/** Several things are under way, and more waits. */
async function busy(stand: Stand, dice: Dice): Promise<void> {
  for (const request of work) if (dice.odds(0.6)) await stand.send(request);
  const action = dice.odds(0.6) ? "persist" : "once";
  await stand.send({ method: "POST", url: `/tester/${action}`, body: { token: stand.book.next(), seconds: 10 } });
  const waiting = dice.one([0, 5, 110]);
  for (let n = 0; n < waiting; n++)
    stand.post({ method: "POST", url: "/tester/once", body: { token: stand.book.next(), seconds: 1 } });
  if (dice.odds(0.4)) await stand.send({ method: "POST", url: "/tester/lease", body: { seconds: 30 } });
  await stand.clock.advance(dice.real(0, 6000));
}

/** Somebody hits the button, and lets it come up again. */
async function hit(stand: Stand, dice: Dice): Promise<void> {
  await stand.send({ method: "POST", url: "/mock/estop/faults/pressed", body: {} });
  await stand.clock.advance(dice.real(20, 2000));
  if (dice.odds(0.8)) await stand.send({ method: "DELETE", url: "/mock/estop/faults/pressed" });
}

/** Everything is to stop, in the middle of something. */
export const emergencies: readonly Operation[] = [
  {
    name: "emergency stop in the middle of work",
    weight: 2,
    async act(stand, dice) {
      await busy(stand, dice);
      const how = dice.one(["http", "cli", "button", "twice"] as const);
      if (how === "button") await hit(stand, dice);
      // As the command line does.
      else await stand.send({ method: "POST", url: `/emergency_stop${how === "cli" ? "?reason=by hand" : ""}` });
      if (how === "twice") await stand.send({ method: "POST", url: "/emergency_stop" });
      return `pressed by ${how} in the middle of work`;
    },
  },
  {
    name: "work and cancel all of it",
    weight: 2,
    async act(stand, dice) {
      await busy(stand, dice);
      const live = stand.roll.live();
      for (const { invocation } of live) stand.post({ method: "DELETE", url: `/action_invocations/${invocation.id}` });
      await stand.clock.rest();
      return `${live.length} cancelled`;
    },
  },
  {
    name: "restart in the middle of work",
    weight: 0.3,
    async act(stand, dice) {
      await busy(stand, dice);
      const ms = dice.one([0, 100, 30_000]);
      await stand.restart(ms);
      return `restarted after ${ms} ms`;
    },
  },
];
