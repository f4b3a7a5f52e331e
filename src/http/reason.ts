import { redact } from "../redact.ts";

/**
 * Why somebody does what he does, of whatever stands in his query: who presses the emergency stop is not kept from it by what is
 * wrong there. It is told to others, and kept.
 */
export function reasonIn(query: unknown): string | undefined {
  const { reason } = query as { readonly reason?: unknown };
  return typeof reason === "string" && reason !== "" ? redact(reason).slice(0, 200) : undefined;
}
