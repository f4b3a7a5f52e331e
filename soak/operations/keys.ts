import type { Dice } from "../dice.ts";
import type { Request } from "../rule.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";
import { underLease } from "./leases.ts";

/** A request that is to be done once, whatever happens. */
function keyed(stand: Stand, dice: Dice): Request {
  const key = stand.book.next();
  const lease = underLease(stand, dice, "tester");
  if (dice.odds(0.25)) return { method: "PUT", url: "/tester/level", body: stand.book.nextNumber(), key, lease };
  const action = dice.weighted([
    { weight: 3, name: "once" },
    { weight: 3, name: "later" },
    { weight: 1, name: "persist" },
  ]).name;
  const body = { token: key, seconds: Number(dice.real(0, action === "persist" ? 6 : 12).toFixed(2)) };
  return { method: "POST", url: `/tester/${action}`, body, key, lease };
}

/** The same key for something else. */
const otherwise = ({ body, ...rest }: Request): Request => ({
  ...rest,
  body: typeof body === "number" ? body + 1_000_000 : { ...(body as object), seconds: 0.125 },
});

const shown = ({ method, url, key }: Request) => `${method} ${url} with the key ${key}`;

/** What clients do who lose answers, and ask again. */
export const keys: readonly Operation[] = [
  {
    name: "ask with a key",
    weight: 9,
    async act(stand, dice) {
      const request = keyed(stand, dice);
      await stand.send(request);
      return shown(request);
    },
  },
  {
    name: "ask with a key from many sides at once",
    weight: 2,
    async act(stand, dice) {
      const request = keyed(stand, dice);
      const count = dice.whole(2, 8);
      for (let n = 0; n < count; n++) {
        stand.post({ ...request });
        if (dice.odds(0.2)) stand.post(otherwise(request));
      }
      await stand.clock.rest();
      return `${count} times ${shown(request)}`;
    },
  },
  {
    name: "ask again with the same key",
    weight: 7,
    async act(stand, dice) {
      const { keyed: known } = stand.book;
      if (known.length === 0) return "nothing was asked with a key";
      const request = dice.odds(0.6) ? dice.one(known.slice(-5)) : dice.one(known);
      const other = dice.odds(0.2);
      await stand.send(other ? otherwise(request) : { ...request });
      return `again${other ? ", with another body" : ""}: ${shown(request)}`;
    },
  },
  {
    name: "queue work and restart",
    weight: 0.4,
    async act(stand, dice) {
      const count = dice.whole(2, 6);
      for (let n = 0; n < count; n++) {
        const key = stand.book.next();
        await stand.send({ method: "POST", url: "/tester/later", body: { token: key, seconds: 12 }, key });
      }
      await stand.clock.advance(dice.real(0, 3000));
      const ms = dice.one([0, 1000, 60_000, 285_000, 297_000, 400_000]);
      await stand.restart(ms);
      return `${count} wait, and a restart after ${ms} ms`;
    },
  },
];
