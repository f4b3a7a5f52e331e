import type { FastifyRequest } from "fastify";
import { BenchdError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** Something that a client does to an affordance of a Thing. */
interface Act {
  readonly what: "action.invoked" | "property.written" | "property.reset";
  readonly thing: string;
  readonly affordance: string;
}

/** A client's act has been accepted. Its values are no business of the audit trail: an action's are in the history. */
export function noteAct({ principal }: FastifyRequest, { audit }: Gateway, { what, thing, affordance }: Act): void {
  audit.note({ by: principal, what, thing, detail: affordance });
}

/** Do something to a property, and note it; when nobody knows whether it was done, that. What was refused is no act. */
export async function noted<T>(
  request: FastifyRequest,
  gateway: Gateway,
  act: Act,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const done = await work();
    noteAct(request, gateway, act);
    return done;
  } catch (error) {
    if (error instanceof BenchdError && error.outcome === "unknown")
      noteAct(request, gateway, { ...act, affordance: `${act.affordance}: nobody knows whether that was done` });
    throw error;
  }
}
