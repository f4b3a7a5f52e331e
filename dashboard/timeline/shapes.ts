/** What `/gateway/timeline` answers. Times are RFC 3339, by the gateway's wall clock; null while something goes on. */

export type Status = "pending" | "running" | "completed" | "cancelled" | "error";

export interface ToldPart {
  /** It waited for its turn, for the wire, for somebody; it had been asked to end; it called another Thing. */
  readonly kind: "queued" | "wire" | "prompt" | "cancel" | "step";
  readonly from: string;
  readonly to: string | null;
  /** Of a step, and of its waiting. */
  readonly thing?: string;
  readonly action?: string;
  readonly n?: number;
  readonly status?: Status;
}

export interface ToldBar {
  readonly id: string;
  readonly action: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly requestedBy: string | null;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly progress: number | null;
  readonly parts: readonly ToldPart[];
}

export interface ToldTimeline {
  readonly now: string;
  readonly since: string;
  readonly lanes: readonly { readonly thing: string; readonly invocations: readonly ToldBar[] }[];
  /** There was more than is told: the newest are. */
  readonly truncated: boolean;
}
