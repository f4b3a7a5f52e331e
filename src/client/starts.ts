import type { Connection } from "./connection.ts";

/** When the gateway was started that is asked over a connection, as far as it has told that. */
const known = new WeakMap<Connection, { startedAt: unknown }>();

/** Find out when it was started, unless that is known: nobody waits for it. */
export function noteStart(connection: Connection): void {
  if (known.has(connection)) return;
  const start: { startedAt: unknown } = { startedAt: undefined };
  known.set(connection, start);
  startOf(connection).then(
    (startedAt) => {
      start.startedAt ??= startedAt;
    },
    () => known.delete(connection),
  );
}

/**
 * Whether it is the gateway that was asked before: one that was started anew may have forgotten the keys. True where that
 * was never told. Throws what asking throws.
 */
export async function isSameStart(connection: Connection, signal: AbortSignal): Promise<boolean> {
  const before = known.get(connection)?.startedAt;
  if (before === undefined) return true;
  const startedAt = await startOf(connection, signal);
  known.set(connection, { startedAt });
  return startedAt === before;
}

async function startOf(connection: Connection, signal?: AbortSignal): Promise<unknown> {
  const about = await connection.get("/gateway/about", { signal });
  return typeof about === "object" && about !== null ? Reflect.get(about, "startedAt") : undefined;
}
