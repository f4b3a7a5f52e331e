/** Whatever the client of a gateway fails with is one of these, but what the caller's own signal was aborted with. */
export class BenchError extends Error {
  // Spelt out in each: a bundler may call the class otherwise.
  override readonly name: string = "BenchError";
}

/** No gateway has answered, or its answer has broken off: nobody knows whether it has done what it was asked for. */
export class UnreachableError extends BenchError {
  override readonly name = "UnreachableError";
}

/** The gateway has answered, and says no. */
export class RefusedError extends BenchError {
  override readonly name = "RefusedError";
  /** Of HTTP. */
  readonly status: number;
  /** As in the gateway's list of errors, such as `BENCHD_LEASE_HELD`; null when it has told none. */
  readonly code: string | null;
  /** Why, in words. */
  readonly detail: string;
  /** All that it has told. */
  readonly problem: unknown;
  /** When it may be asked again; undefined when it has not said that. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, problem: unknown, retryAfterMs?: number) {
    const detail = detailOf(problem) ?? `the gateway has answered with status ${status}`;
    super(detail);
    this.status = status;
    this.code = codeOf(problem);
    this.detail = detail;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What is known of an invocation that has ended without an output. */
export interface Ended {
  /** Null when it was given up before it had begun. */
  readonly id: string | null;
  readonly thing: string;
  readonly action: string;
  /** `"unknown"`: nobody can know what the device has done. Look at it before you go on. */
  readonly outcome: "unknown" | null;
  /** The latest of what it has told. */
  readonly log: readonly LogLine[];
}

/** A line of the log of an invocation. */
export interface LogLine {
  /** Counts up within the invocation. */
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  readonly level: "debug" | "info" | "warning" | "error";
  /** The Thing that speaks. */
  readonly thing: string;
  readonly message: string;
}

abstract class EndedError extends BenchError implements Ended {
  readonly id: string | null;
  readonly thing: string;
  readonly action: string;
  readonly outcome: "unknown" | null;
  readonly log: readonly LogLine[];

  constructor(message: string, { id, thing, action, outcome, log }: Ended, options?: ErrorOptions) {
    super(message, options);
    this.id = id;
    this.thing = thing;
    this.action = action;
    this.outcome = outcome;
    this.log = log;
  }
}

/** An action has failed. */
export class InvocationError extends EndedError {
  override readonly name = "InvocationError";
  /** As in the gateway's list of errors, such as `BENCHD_DEVICE_TIMEOUT`; null for what its driver has thrown. */
  readonly code: string | null;

  constructor(problem: unknown, ended: Ended) {
    super(detailOf(problem) ?? `${ended.action} of ${ended.thing} has failed`, ended);
    this.code = codeOf(problem);
  }
}

/** An action was ended before its time. */
export class CancelledError extends EndedError {
  override readonly name = "CancelledError";
  /** Why: `client`, `stopped`, `emergency_stop`, `interlocked`, `lease_lost`, `replaced`, `shutdown`, … */
  readonly reason: string | null;

  /** `cause` is what the caller has given it up for, if he has. */
  constructor(reason: string | null, ended: Ended, cause?: unknown) {
    const why = reason === null ? "" : ` (${reason})`;
    super(`${ended.action} of ${ended.thing} was cancelled${why}`, ended, cause === undefined ? {} : { cause });
    this.reason = reason;
  }
}

/** More of it helps nobody. */
const maxDetail = 4000;

/** `urn:benchd:error:BENCHD_LEASE_HELD` ends with the code. */
function codeOf(problem: unknown): string | null {
  const type = field(problem, "type");
  return typeof type === "string" ? (/^urn:benchd:error:(\w+)$/.exec(type)?.[1] ?? null) : null;
}

function detailOf(problem: unknown): string | undefined {
  const detail = field(problem, "detail");
  const words = Array.isArray(detail) ? detail.map(misfit).join("; ") : detail;
  return typeof words === "string" && words !== "" ? words.slice(0, maxDetail) : undefined;
}

/** One thing that is wrong with what was sent: where, if not in all of the body, and what. */
function misfit(one: unknown): string {
  const [loc, msg] = [field(one, "loc"), field(one, "msg")];
  const at = Array.isArray(loc) ? loc.slice(loc[0] === "body" ? 1 : 0).join(".") : "";
  return at === "" ? String(msg) : `${at}: ${msg}`;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
