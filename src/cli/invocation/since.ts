import { parseDuration } from "../../duration.ts";
import { UsageError } from "../usage.ts";

/** A time as a gateway takes it: RFC 3339 as it is, or how long ago, such as `2 h`. Throws `UsageError`. */
export function timeOf(name: string, text: string | undefined, now = Date.now()): string | undefined {
  if (text === undefined) return undefined;
  // A day alone is that day here, not in London.
  const written = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text;
  const at = /^\d{4}-\d\d-\d\dT/.test(written) ? Date.parse(written) : now - ago(name, text);
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new UsageError(
    `${name} takes a time such as 2026-11-20T10:00:00Z, or how long ago, such as '2 h', not "${text}"`,
  );
}

function ago(name: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (cause) {
    throw new UsageError(
      `${name} takes a time such as 2026-11-20T10:00:00Z, or how long ago, such as '2 h', not "${text}"`,
      { cause },
    );
  }
}
