import type { Clock } from "../clock.ts";
import type { Question, Told } from "./ask.ts";
import { keptInTime, type Time } from "./in-time.ts";
import type { InMessage } from "./link.ts";
import { malformed, notFound, tooLarge } from "./refusal.ts";
import { actionQuestion, cancelled, headersOf, isStop, type Said, said, type Target } from "./wanted.ts";

export interface Bench {
  /** The process clock. */
  readonly clock: Clock;
  readonly time: Time;
  /** Whether there is such an action here that may be asked for over MQTT. */
  offers(thing: string, action: string): boolean;
  /** Whether that lets anybody in. */
  knows(authorization: string | undefined): boolean;
}

/** A message that may be asked. */
export interface Judged {
  /** Whose it is; those who are nobody are one. */
  readonly sender: string;
  /** Tells it from others on its topic, where that matters. */
  readonly same?: string;
  /** Undefined when it is too late. */
  question(): Question | undefined;
}

/** As the HTTP interface takes it; bytes. */
export const maxPayload = 1024 * 1024;
/** What anybody may read who may do anything. */
export const somewhere = "/things/";
const nothing = { payload: new Uint8Array(), properties: {} };

/** What a message asks for, or why that is not even asked. */
export function judge(message: InMessage, target: Target, bench: Bench): Told | Judged {
  if (message.retain) return malformed("it is retained, and would be done at each start: send it without");
  const told = said(message.properties, isStop(target));
  if ("wrong" in told) return malformed(`the user property ${told.wrong} is told twice, or no header could say it`);
  const known = bench.knows(told.authorization);
  const sender = known ? (told.authorization ?? "") : "";
  const headers = headersOf(told);
  if (target.kind === "emergency_stop")
    return { sender, question: () => ({ method: "POST", path: "/emergency_stop", headers }) };
  if (!bench.offers(target.thing, target.action)) {
    // Who is nobody is told the same, whatever he has named.
    return known ? notFound() : { sender, question: () => ({ method: "GET", path: somewhere, headers }) };
  }
  if (target.kind === "cancel") {
    const id = cancelled(message);
    if (id === undefined) return malformed('a cancel tells which invocation it is about: {"id": "…"}');
    const path = `/things/${target.thing}/actions/${target.action}/${id}`;
    return { sender, ...(known && { same: id }), question: () => ({ method: "DELETE", path, headers }) };
  }
  if (isStop(target)) return { sender, question: () => actionQuestion(target, headers, nothing) };
  if (message.payload.length > maxPayload) return tooLarge(maxPayload);
  const missing = missingIn(told);
  if (missing !== undefined) return malformed(missing);
  const inTime = keptInTime(told["start-by"] ?? "", message.properties.messageExpiryInterval, bench.clock, bench.time);
  return {
    sender,
    question() {
      const startBy = inTime();
      return startBy && actionQuestion(target, { ...headers, ...startBy }, message);
    },
  };
}

function missingIn(told: Said): string | undefined {
  if (told["idempotency-key"] === undefined)
    return "the user property idempotency-key is missing: a UUID, the same when the same is asked again";
  if (told["start-by"] === undefined)
    return "the user property start-by is missing: until when it is to start, such as 2026-11-20T22:41:07Z";
  return undefined;
}
