import { BenchdError, InvocationCancelledError } from "../errors.ts";
import { statusOf } from "./status.ts";

/** An error as it is told over HTTP and in an invocation: the keys of RFC 9457. */
export interface Problem {
  readonly detail: string;
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly instance: null;
}

/** LabThings' client takes an invocation for cancelled by this word only, so it is not ours to choose. */
const cancelledType =
  "https://labthings-fastapi.readthedocs.io/en/latest/autoapi/labthings_fastapi/exceptions/index.html#labthings_fastapi.exceptions.InvocationCancelledError";

export function problem(error: Error): Problem {
  return { detail: error.message, type: typeOf(error), status: statusOf(error), title: error.name, instance: null };
}

/** What is told of an error that nobody foresaw: nothing that could give away how we are made. */
export const unexpectedProblem: Problem = {
  detail: "Something went wrong inside the gateway; its log tells what.",
  type: "about:blank",
  status: 500,
  title: "Internal Server Error",
  instance: null,
};

/** The last part is the error's heading in `docs/errors.md`. */
function typeOf(error: Error): string {
  if (error instanceof InvocationCancelledError) return cancelledType;
  return error instanceof BenchdError ? `urn:benchd:error:${error.code}` : "about:blank";
}
