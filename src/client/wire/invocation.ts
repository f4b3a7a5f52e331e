export type InvocationStatus = "pending" | "running" | "completed" | "cancelled" | "error";

export type LogLevel = "debug" | "info" | "warning" | "error";

/** What is looked at of an invocation, as the gateway tells it. */
export interface ToldInvocation {
  readonly status: InvocationStatus;
  readonly id: string;
  /** The path of its action. */
  readonly action: string;
  readonly progress: number | null;
  readonly queuePosition: number | null;
  readonly waitingFor: string | null;
  readonly reason: string | null;
  readonly outcome: "unknown" | null;
  readonly output: unknown;
  readonly log: readonly ToldLine[];
  readonly error: unknown;
}

export interface ToldLine {
  readonly seq: number;
  readonly created: string | null;
  readonly levelname: string;
  readonly thing: string;
  readonly message: string;
}
