import { RefusedError } from "../../src/client/errors.ts";
import { refusalOf } from "./load.ts";

/** One of the `reasons` of `/health`. */
export interface Reason {
  readonly code: string;
  /** Of what it is about. */
  readonly name: string | null;
  readonly message: string;
}

/** What only `/health` tells: how the gateway itself is. */
export interface Health {
  /** It is not to be trusted with its devices. */
  readonly failing: boolean;
  /** Something is not as it should be, and whoever looks is not told what. */
  readonly untold: boolean;
  readonly reasons: readonly Reason[];
  /** Why nobody knows whether that is still so; "" while it is known. */
  readonly failed: string;
}

export const healthy: Health = { failing: false, untold: false, reasons: [], failed: "" };

/** Events tell of these as they happen. */
const toldByEvents: ReadonlySet<string> = new Set([
  "thing_not_ready",
  "interlock_tripped",
  "alarm_raised",
  "emergency_stop",
]);
/** More of them, and longer ones, help nobody who looks. */
const [maxReasons, maxMessage] = [20, 500];

/** What an answer says, also one by which the gateway says that it is not well. Throws what is no such answer. */
export function healthIn(answer: unknown): Health {
  const refused = answer instanceof RefusedError;
  const told = (refused ? answer.problem : answer) as Partial<Told> | null | undefined;
  if (typeof told?.status !== "string" || (refused && told.status !== "failing"))
    throw refused ? answer : new RangeError("what answers does not say how it is");
  const reasons = (told.reasons ?? [])
    .filter(({ code }) => !toldByEvents.has(code))
    .slice(0, maxReasons)
    .map(({ code, name, message }) => ({ code, name, message: message.slice(0, maxMessage) }));
  const untold = told.status === "degraded" && told.reasons === undefined;
  return { failing: told.status === "failing", untold, reasons, failed: "" };
}

interface Told {
  readonly status: string;
  readonly reasons: readonly Reason[];
}

/** As it was told last, which nobody knows to be so now. */
export const unknownNow = (last: Health, error: unknown): Health => ({ ...last, failed: refusalOf(error) });

export const distrustsClock = ({ reasons }: Health): boolean =>
  reasons.some(({ code }) => code === "clock_not_trusted");
