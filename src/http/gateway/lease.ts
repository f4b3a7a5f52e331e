import type { FastifyRequest } from "fastify";
import { InputError } from "../../errors.ts";
import type { Lease } from "../../gateway/lease.ts";
import { redact } from "../../redact.ts";
import { closed, validator } from "../../schema.ts";
import { type Static, Type } from "../../typebox.ts";
import { assertMay } from "../access/may.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { leasesOf } from "../asked.ts";
import { answerOnce } from "../idempotency.ts";
import { breakQuery, thingParams } from "../query.ts";
import type { App, View } from "../view.ts";

const usualSeconds = 600;

const wanted = validator(
  closed(
    Type.Object({
      seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400, unit: "s" })),
      note: Type.Optional(Type.String({ maxLength: 500 })),
      onLoss: Type.Optional(Type.Enum(["finish", "cancel"])),
      things: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
    }),
  ),
);

/** `/{thing}/lease`: who has a Thing for himself. */
export function lease(app: App, view: View): void {
  const { gateway } = view;
  const { leases } = gateway;
  /** A lease on several Things ends for all of them. */
  const assertMayBreak = (request: FastifyRequest, name: string) => {
    for (const other of leases.brokenWith(name)) assertMay(request, "configure", other);
  };
  const params = thingParams;

  app.get(
    "/:thing/lease",
    { config: { scope: "read" }, schema: { summary: "Who has leased a Thing, and until when", params } },
    async (request, reply) =>
      json(reply, 200, leaseJson(leases.of(gateway.thing(request.params.thing).name), request.sight)),
  );

  app.post(
    "/:thing/lease",
    {
      config: { scope: "operate" },
      schema: { summary: "Have a Thing for oneself, or have it longer", params, querystring: breakQuery },
      onRequest: mayBreak,
    },
    async (request, reply) => {
      const { name } = gateway.thing(request.params.thing);
      const { things = [], ...terms } = wanted.parse(request.body ?? {}, "the lease");
      for (const other of things) assertMay(request, "operate", request.sight.thing(other).name);
      return answerOnce(request, reply, view, async () => {
        const numbers = leasesOf(request, gateway);
        const held = leases.of(name);
        if (held && numbers.includes(held.number))
          return { status: 200, value: leaseJson(leases.renew(name, numbers, terms), request.sight) };
        leases.assertCurrent(numbers);
        const by = request.principal;
        const breaking = request.query.break ? reasonToBreak(request.query.reason) : undefined;
        if (breaking !== undefined) assertMayBreak(request, name);
        const { seconds = usualSeconds, note = "", onLoss = "finish" } = terms;
        const taken = await leases.take(name, by, { seconds, note, onLoss }, { more: things, breaking });
        return { status: 201, value: leaseJson(taken, request.sight) };
      });
    },
  );

  app.delete(
    "/:thing/lease",
    {
      config: { scope: "operate" },
      schema: { summary: "Give a lease back; with break=true end somebody else's", params, querystring: breakQuery },
      onRequest: mayBreak,
    },
    async (request, reply) => {
      const { name } = gateway.thing(request.params.thing);
      const by = request.principal;
      // A late repetition must not break a lease that somebody has taken since.
      return answerOnce(request, reply, view, async () => {
        if (request.query.break) {
          assertMayBreak(request, name);
          leases.break(name, by, reasonToBreak(request.query.reason));
        } else leases.release(name, leasesOf(request, gateway), by);
        return { status: 200, value: leaseJson(leases.of(name), request.sight) };
      });
    },
  );
}

/** `/gateway/leases`: all that are held, for who looks at more than one Thing. */
export function leases(app: App, { gateway }: View): void {
  app.get(
    "/gateway/leases",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The leases that are held" } },
    async ({ sight }, reply) => {
      const held = new Set([...sight.things.keys()].map((name) => gateway.leases.of(name)));
      return json(
        reply,
        200,
        [...held].filter((lease) => lease !== undefined).map((lease) => leaseJson(lease, sight)),
      );
    },
  );
}

/** Whoever breaks somebody's lease has to be trusted with more than the use of the Thing. */
const mayBreak = async (request: FastifyRequest): Promise<void> => {
  const { break: breaking } = request.query as { readonly break?: unknown };
  if (breaking === undefined || breaking === "false") return;
  assertMay(request, "configure", (request.params as Static<typeof thingParams>).thing);
};

function reasonToBreak(reason: string | undefined): string {
  if (reason?.trim()) return redact(reason);
  throw new InputError("whoever breaks a lease says why: add &reason=…, which the audit trail keeps");
}

function leaseJson(lease: Lease | undefined, sight: Sight) {
  const { number, holder, note, onLoss, things, since, until } = lease ?? {};
  return {
    held: lease !== undefined,
    leaseNumber: number ?? null,
    holder: sight.text(holder) ?? null,
    note: sight.text(note) ?? null,
    onLoss: onLoss ?? null,
    things: (things ?? []).filter((thing) => sight.sees(thing)),
    since: since === undefined ? null : new Date(since).toISOString(),
    until: until === undefined ? null : new Date(until).toISOString(),
  };
}
