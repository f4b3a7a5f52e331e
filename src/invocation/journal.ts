import type { Invocation } from "./invocation.ts";
import type { InvocationStatus } from "./state.ts";

export interface InvocationFilter {
  readonly thing?: string | undefined;
  readonly action?: string | undefined;
  readonly status?: InvocationStatus | undefined;
}

/** Where ended invocations are kept. */
export interface Journal {
  /** Resolves when the end of the invocation is recorded as safely as this journal can. */
  ended(invocation: Invocation): Promise<void>;
  find(id: string): Promise<Invocation | undefined>;
  /** In the order they were requested. */
  list(filter: InvocationFilter): Promise<readonly Invocation[]>;
  close(): Promise<void>;
}

export const matches = (one: Invocation, { thing, action, status }: InvocationFilter): boolean =>
  (!thing || one.thing === thing) && (!action || one.action === action) && (!status || one.status === status);
