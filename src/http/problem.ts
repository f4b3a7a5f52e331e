import { STATUS_CODES } from "node:http";
import { BenchdError, type CancelReason, InvocationCancelledError, ReloadBusyError } from "../errors.ts";
import { type Mistake, ProcedureError } from "../experiment-errors.ts";
import type { Dialect } from "./dialect.ts";
import { statusOf } from "./status.ts";

/** An error as it is told over HTTP and in an invocation: the keys of RFC 9457. */
export interface Problem {
  readonly detail: string;
  readonly type: string;
  readonly status: number;
  readonly title: string;
  /** Of a procedure: each by itself. */
  readonly mistakes?: readonly Mistake[];
  /** Of a reload: what is in its way. */
  readonly busy?: readonly string[];
}

/** LabThings tells a key that it never fills. */
export interface LabThingsProblem extends Problem {
  readonly instance: null;
}

/** What the Web of Things view tells beside the standard's keys. */
export interface WotProblem extends Problem {
  /** Nobody can know what the device has done. */
  readonly outcome?: "unknown";
  /** Why it was cancelled. */
  readonly reason?: CancelReason;
}

/** LabThings' client takes an invocation for cancelled by this word only, so it is not ours to choose. */
const cancelledType =
  "https://labthings-fastapi.readthedocs.io/en/latest/autoapi/labthings_fastapi/exceptions/index.html#labthings_fastapi.exceptions.InvocationCancelledError";

export function problem(error: Error): LabThingsProblem {
  const type = error instanceof InvocationCancelledError ? cancelledType : typeOf(error);
  const plain = { detail: error.message, type, status: statusOf(error), title: error.name, instance: null };
  return { ...plain, ...mistakesOf(error) };
}

const mistakesOf = (error: Error) => ({
  ...(error instanceof ProcedureError && { mistakes: error.mistakes }),
  ...(error instanceof ReloadBusyError && { busy: error.busy }),
});

/** The same in the Web of Things view. */
export function wotProblem(error: Error): WotProblem {
  const status = statusOf(error, "wot");
  return {
    type: typeOf(error),
    // What has no type of its own is called as its status is.
    title: error instanceof BenchdError ? error.name : (STATUS_CODES[status] ?? error.name),
    status,
    detail: error.message,
    ...(error instanceof BenchdError && error.outcome && { outcome: error.outcome }),
    ...(error instanceof InvocationCancelledError && { reason: error.reason }),
    ...mistakesOf(error),
  };
}

/** In the words of the view that was asked. */
export const problemIn = (dialect: Dialect, error: Error): Problem =>
  dialect === "wot" ? wotProblem(error) : problem(error);

/** What is told of an error that nobody foresaw: nothing that could give away how we are made. */
export const unexpectedProblem: LabThingsProblem = {
  detail: "Something went wrong inside the gateway; its log tells what.",
  type: "about:blank",
  status: 500,
  title: "Internal Server Error",
  instance: null,
};

/** The last part is the error's heading in `docs/errors.md`. */
function typeOf(error: Error): string {
  return error instanceof BenchdError ? `urn:benchd:error:${error.code}` : "about:blank";
}
