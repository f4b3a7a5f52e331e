import type { Stand } from "./stand.ts";

/** A cancelled action has ended after this time: its grace, and what makes it safe; ms. */
const endMs = 30_000;
/** An emergency stop has been carried out after this time, and can be cleared; ms. */
const stoppedMs = 5000;
/** A device that is well is found again within this time; ms. */
const foundMs = 120_000;

/** End every fault, cancel everything, reset what needs it, and let it come to rest. */
export async function mended(stand: Stand): Promise<void> {
  await stand.disk.mend();
  stand.wall.correct();
  for (const name of stand.devices.twins.keys()) await stand.send({ method: "DELETE", url: `/mock/${name}/faults` });
  stand.devices.tampered.clear();
  await stand.clock.advance(stoppedMs);
  for (const thing of stand.book.leased)
    await stand.send({ method: "DELETE", url: `/${thing}/lease?break=true&reason=the end` });
  await stand.send({ method: "DELETE", url: "/emergency_stop" });
  for (const { invocation } of stand.roll.live())
    await stand.send({ method: "DELETE", url: `/action_invocations/${invocation.id}` });
  await stand.clock.advance(endMs);
  // Another device was there when it was opened first: who it is is learnt once in a process.
  const strangers = [...stand.gateway.things.values()].filter(({ reason }) => reason?.includes(" answers where "));
  if (strangers.length > 0) await stand.restart(0);
  await stand.clock.advance(foundMs);
  for (const { name, state } of stand.gateway.things.values())
    if (state !== "ready") await stand.send({ method: "DELETE", url: `/${name}/quarantine` });
  await stand.clock.advance(endMs);
  for (const { name } of stand.gateway.interlocks.all)
    await stand.send({ method: "POST", url: `/gateway/interlocks/${name}/reset` });
  // The heater holds no set point any longer, and nothing flows.
  for (const url of ["/heater/clear_fault", "/valve/close", "/psu/stop", "/pump/stop"])
    await stand.send({ method: "POST", url });
  for (const url of ["/psu/output", "/tester/valve", "/relays/lamp", "/relays/pump_power"])
    await stand.send({ method: "PUT", url, body: false });
  await stand.send({ method: "PUT", url: "/heater/setpoint", body: 0 });
  await stand.clock.advance(endMs);
  await stand.check();
  await stand.calmed();
}
