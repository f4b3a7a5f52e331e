import { BenchdError } from "./errors.ts";

/** What an entry of the log is about: a field each, to look for it by. */
export interface LogFields {
  /** Where it is not the Thing that speaks: the one that is spoken of. */
  readonly thing?: string | undefined;
  readonly action?: string | undefined;
  /** Its id. */
  readonly invocation?: string | undefined;
  /** Of the error. */
  readonly code?: string | undefined;
}

/** The code of an error, if it is one of ours: of others nobody knows what they mean. */
export const codeField = (error: unknown): Pick<LogFields, "code"> =>
  error instanceof BenchdError ? { code: error.code } : {};
