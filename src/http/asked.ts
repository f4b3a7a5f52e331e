import type { FastifyRequest } from "fastify";
import { InputError } from "../errors.ts";
import type { Asked } from "../thing/action-calls.ts";

const numbers = /^\d{1,15}( *, *\d{1,15}){0,15}$/;

/** The leases that a client says it holds: the header `Lease-Number`, one number or several with commas. */
export function leasesOf({ headers }: FastifyRequest): readonly number[] {
  const given = headers["lease-number"];
  if (given === undefined || given === "") return [];
  const text = String(given);
  if (!numbers.test(text))
    throw new InputError(
      "the header Lease-Number takes the number of a lease, or up to 16 of them with commas between",
    );
  return text.split(",").map(Number);
}

/** Who asks, and under which leases. */
export const askedBy = (request: FastifyRequest): Asked => ({
  requestedBy: request.principal.name,
  requestedFrom: request.principal.from,
  leases: leasesOf(request),
});
