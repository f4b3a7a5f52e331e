import type { Dice } from "../dice.ts";
import type { Request } from "../rule.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";

/** The number that a client may name who asks something of that Thing: mostly that of its lease, if it had one. */
export const underLease = (stand: Stand, dice: Dice, thing: string): number | undefined =>
  dice.odds(0.6) ? stand.book.leaseOf(thing) : undefined;

const leasable = ["tester", "pump", "dispenser", "stage", "xy", "psu", "valve", "relays", "counter"] as const;

async function sent(stand: Stand, request: Request): Promise<string> {
  await stand.send(request);
  const { method, url, body, lease } = request;
  return `${method} ${url} ${JSON.stringify(body ?? "")} under ${lease ?? "no lease"}`;
}

/** A Thing that somebody has leased, mostly; now and then one whose lease has ended. */
const leased = (stand: Stand, dice: Dice) => {
  const held = leasable.filter((thing) => stand.gateway.leases.of(thing));
  const { leased: known } = stand.book;
  if (held.length > 0 && dice.odds(0.8)) return dice.one(held);
  return known.length > 0 && dice.odds(0.5) ? dice.one(known) : dice.one(leasable);
};

/** What those do who want to be alone with a Thing, and those who were not asked. */
export const leases: readonly Operation[] = [
  {
    name: "take a lease",
    weight: 4,
    act(stand, dice) {
      const thing = dice.odds(0.4) ? "tester" : dice.one(leasable);
      const things = dice.odds(0.2) ? [dice.one(leasable)] : undefined;
      const body = {
        seconds: Number(dice.real(1, 40).toFixed(1)),
        note: "soak",
        onLoss: dice.one(["finish", "cancel"]),
        ...(things && { things }),
      };
      return sent(stand, { method: "POST", url: `/${thing}/lease`, body });
    },
  },
  {
    name: "renew a lease",
    weight: 2,
    act(stand, dice) {
      const thing = leased(stand, dice);
      const body = { seconds: Number(dice.real(1, 30).toFixed(1)) };
      return sent(stand, { method: "POST", url: `/${thing}/lease`, body, lease: stand.book.leaseOf(thing) });
    },
  },
  {
    name: "give a lease back",
    weight: 3,
    act(stand, dice) {
      const thing = leased(stand, dice);
      return sent(stand, { method: "DELETE", url: `/${thing}/lease`, lease: stand.book.leaseOf(thing) });
    },
  },
  {
    name: "break a lease",
    weight: 1.5,
    act(stand, dice) {
      const thing = leased(stand, dice);
      const why = dice.odds(0.8) ? "&reason=they have left" : "";
      const method = dice.odds(0.5) ? "POST" : "DELETE";
      const body = method === "POST" ? { body: { seconds: 5 } } : {};
      return sent(stand, { method, url: `/${thing}/lease?break=true${why}`, ...body });
    },
  },
  {
    name: "work under a lease",
    weight: 4,
    act(stand, dice) {
      const body = { token: stand.book.next(), seconds: Number(dice.real(0, 15).toFixed(2)) };
      const lease = stand.book.leaseOf("tester");
      const action = dice.one(["once", "later", "persist"]);
      return sent(stand, { method: "POST", url: `/tester/${action}`, body, lease });
    },
  },
];
