import { vi } from "vitest";
import type { Operation } from "../../soak/step.ts";
import { DeliveryLedger } from "../../src/invocation/ledger.ts";

/** So long that the last of what waits has to be dropped. */
export const waits: Operation = {
  name: "let work wait over a long restart",
  weight: 1,
  async act(stand) {
    for (let n = 0; n < 5; n++)
      await stand.send({ method: "POST", url: "/tester/later", body: { token: stand.book.next(), seconds: 15 } });
    await stand.restart(290_000);
    await stand.clock.advance(60_000);
    return "five wait";
  },
};

/** Somebody leases the Thing while others wait for it. */
export const overtaken: Operation = {
  name: "take a lease while others wait",
  weight: 1,
  async act(stand) {
    for (let n = 0; n < 3; n++)
      await stand.send({ method: "POST", url: "/tester/once", body: { token: stand.book.next(), seconds: 15 } });
    await stand.send({ method: "POST", url: "/tester/lease", body: { seconds: 60 } });
    await stand.clock.advance(60_000);
    return "three wait";
  },
};

/** What was asked for counts as delivered. */
export function confirmAll(): void {
  const { record } = DeliveryLedger.prototype;
  vi.spyOn(DeliveryLedger.prototype, "record").mockImplementation(function (this: DeliveryLedger, call, thing, one) {
    record.call(this, call, thing, { ...one, confirmed: one.requested, uncertain: 0 });
  });
}
