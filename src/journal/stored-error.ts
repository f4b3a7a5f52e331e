import { BenchdError, type CancelReason, InvocationCancelledError } from "../errors.ts";
import { parsed } from "./parsed.ts";

/** An error as it is written down. */
interface Written {
  readonly name: string;
  readonly message: string;
  readonly code?: BenchdError["code"];
  readonly outcome?: "unknown";
}

/** An error of benchd's that has been read from the journal: the same name, code and words, but not the same class. */
class StoredError extends BenchdError {
  readonly code: BenchdError["code"];

  constructor({ name, message, outcome }: Written, code: BenchdError["code"]) {
    super(message, outcome && { outcome });
    this.name = name;
    this.code = code;
  }
}

export function writtenError(error: Error): string {
  const { name, message } = error;
  const ours = error instanceof BenchdError && { code: error.code, ...(error.outcome && { outcome: error.outcome }) };
  return JSON.stringify({ name, message, ...ours } satisfies Written);
}

export function readError(text: string, reason: CancelReason | undefined): Error {
  const written = parsed<Written>(text) ?? { name: "Error", message: text };
  if (written.code === "BENCHD_INVOCATION_CANCELLED")
    return new InvocationCancelledError(written.message, reason ?? "client");
  if (written.code) return new StoredError(written, written.code);
  const error = new Error(written.message);
  error.name = written.name;
  // Where it was read tells nothing of where it arose.
  error.stack = `${written.name}: ${written.message}`;
  return error;
}
