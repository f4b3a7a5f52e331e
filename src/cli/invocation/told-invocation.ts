/** What is looked at of an invocation that a gateway tells. */
export interface ToldInvocation {
  readonly id: string;
  readonly status: "pending" | "running" | "completed" | "cancelled" | "error";
  /** The path of the action, `/pump/dispense`. */
  readonly action: string;
  readonly href: string;
  readonly timeRequested: string | null;
  readonly timeStarted: string | null;
  readonly timeCompleted: string | null;
  /** 0 to 100, or null when it tells none. */
  readonly progress: number | null;
  readonly queuePosition: number | null;
  readonly waitingFor: string | null;
  readonly reason: string | null;
  readonly outcome: "unknown" | null;
  readonly forced: boolean;
}

/** All of it. */
export interface WholeInvocation extends ToldInvocation {
  readonly output: unknown;
  readonly error: { readonly detail?: string; readonly type?: string } | null;
  readonly delivery: readonly ToldDelivery[];
  readonly steps: readonly ToldStep[];
  readonly log: readonly ToldLine[];
}

export interface ToldDelivery {
  readonly thing: string;
  readonly unit: string;
  readonly requested: number | null;
  readonly confirmed: number;
  readonly uncertain: number;
}

export interface ToldStep {
  readonly thing: string;
  readonly action: string;
  readonly status: string;
  readonly progress: number | null;
  readonly timeRequested: string | null;
  readonly timeStarted: string | null;
  readonly timeCompleted: string | null;
  readonly error: string | null;
}

export interface ToldLine {
  readonly seq: number;
  readonly levelname: string;
  readonly thing: string;
  readonly message: string;
}

export const hasEnded = ({ status }: Pick<ToldInvocation, "status">): boolean =>
  status === "completed" || status === "cancelled" || status === "error";
