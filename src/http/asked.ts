import type { FastifyRequest } from "fastify";
import { InputError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Asked } from "../thing/action-calls.ts";

const none: readonly never[] = [];
const numbers = /^\d{1,15}( *, *\d{1,15}){0,15}$/;

/**
 * The leases that a client says it holds: the header `Lease-Number`, one number or several with commas. Numbers are no
 * secret: one of somebody else's counts for nothing, unless from whoever might break it.
 */
export function leasesOf(
  { headers, principal }: FastifyRequest,
  { leases }: Pick<Gateway, "leases">,
): readonly number[] {
  const given = headers["lease-number"];
  if (given === undefined || given === "") return none;
  const text = String(given);
  if (!numbers.test(text))
    throw new InputError(
      "the header Lease-Number takes the number of a lease, or up to 16 of them with commas between",
    );
  return text
    .split(",")
    .map(Number)
    .filter((number) => {
      const lease = leases.numbered(number);
      if (!lease || lease.holder === principal.name) return true;
      return lease.things.every((thing) => principal.may("configure", thing));
    });
}

/** Who asks, and under which leases. */
export const askedBy = (request: FastifyRequest, gateway: Pick<Gateway, "leases">): Asked => ({
  requestedBy: request.principal.name,
  requestedFrom: request.principal.from,
  leases: leasesOf(request, gateway),
});
