import { type BenchdError, NotFoundError, NotReadyError, RateExceededError } from "../errors.ts";
import { RequestMessageError, StartByOverError } from "../request-errors.ts";
import type { Told } from "./ask.ts";

/** An error as HTTP tells it: what is refused before it is asked looks like what is refused there. */
function refusal(status: number, error: BenchdError, headers: Told["headers"] = {}): Told {
  const { message: detail, name: title, code } = error;
  const body = JSON.stringify({ detail, type: `urn:benchd:error:${code}`, status, title, instance: null });
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

export const malformed = (detail: string): Told => refusal(400, new RequestMessageError(detail));

export const tooLarge = (maxBytes: number): Told =>
  refusal(413, new RequestMessageError(`the payload is larger than ${maxBytes} bytes`));

export const expired = (): Told =>
  refusal(412, new StartByOverError("the message has expired while it waited: nothing was done"));

/** The same words whether there is no such Thing, it has no such action, or whoever asks may not know of it. */
export const notFound = (): Told => refusal(404, new NotFoundError("there is no such Thing, or it has no such action"));

const retryAfterSeconds = 2;

export const tooMany = (): Told =>
  refusal(429, new RateExceededError("more requests wait than may: ask again later", retryAfterSeconds), {
    "retry-after": String(retryAfterSeconds),
  });

/** Nobody has answered: the gateway ends, or whoever asked may ask no more. */
export const unanswered = (): Told =>
  refusal(503, new NotReadyError("the gateway has not answered: ask again under the same key"), {
    "retry-after": String(retryAfterSeconds),
  });
