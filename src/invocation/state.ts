export type InvocationStatus = "pending" | "running" | "completed" | "cancelled" | "error";

const next: Readonly<Record<InvocationStatus, readonly InvocationStatus[]>> = {
  pending: ["running", "cancelled", "error"],
  running: ["completed", "cancelled", "error"],
  completed: [],
  cancelled: [],
  error: [],
};

/** Whether an invocation may go from one status to the other. Nothing leaves a terminal status. */
export const mayBecome = (from: InvocationStatus, to: InvocationStatus): boolean => next[from].includes(to);

export const isTerminal = (status: InvocationStatus): boolean => status !== "pending" && status !== "running";
