import { type Ended, type LogLine, UnreachableError } from "./errors.ts";
import type { ToldInvocation, ToldLine } from "./wire/invocation.ts";

export const lineOf = ({ seq, created, levelname, thing, message }: ToldLine): LogLine => ({
  seq,
  at: created ?? "",
  level: levelname.toLowerCase() as LogLine["level"],
  thing,
  message,
});

/** What the gateway answers is what it says it is, as far as this. */
export function toldInvocation(body: unknown): ToldInvocation {
  if (typeof body === "object" && body !== null && "id" in body && "status" in body && "log" in body)
    return body as ToldInvocation;
  throw new UnreachableError("what answers is no gateway: it tells something else than an invocation");
}

export const hasEnded = ({ status }: ToldInvocation) =>
  status === "completed" || status === "cancelled" || status === "error";

export function endedOf({ id, action, outcome }: ToldInvocation, log: readonly LogLine[]): Ended {
  const [name = "", thing = ""] = action.split("/").reverse();
  return { id, thing, action: name, outcome, log };
}
