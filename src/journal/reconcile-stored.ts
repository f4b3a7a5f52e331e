import { type Deliveries, type DeliveryAmount, reconciled } from "../invocation/ledger.ts";
import { counted } from "../invocation/live.ts";
import type { Store } from "./store.ts";

interface Known {
  readonly invocation: string;
  readonly thing: string;
  readonly amounts: readonly DeliveryAmount[];
  /** Steady wall clock, milliseconds. */
  readonly now: number;
}

/** Write into the record of an invocation that has ended what the device itself has counted; nothing, where there is none. */
export function reconcileStored(
  store: Pick<Store, "database" | "reader"> | undefined,
  { invocation, thing, amounts, now }: Known,
): void {
  const found = store?.reader.find(invocation);
  if (!store || !found) return;
  const { database } = store;
  const { seq, status, unsure, log } = found;
  let deliveries: Deliveries = { totals: found.delivery, lastCalls: found.lastCalls };
  for (const amount of amounts) deliveries = reconciled(deliveries, thing, amount);
  const open = deliveries.totals.some(({ uncertain }) => uncertain > 0);
  const outcome = status !== "completed" && (unsure || open) ? "unknown" : null;
  const next = (log.entries().at(-1)?.seq ?? -1) + 1;
  const putLog = database.prepare(
    "INSERT INTO log (seq, entry, at, level, thing, message, error) VALUES (?, ?, ?, 'info', ?, ?, NULL)",
  );
  database.transaction(() => {
    database
      .prepare("INSERT OR REPLACE INTO parts (seq, part, body) VALUES (?, 'delivery', ?)")
      .run(seq, JSON.stringify(deliveries));
    database.prepare("UPDATE invocations SET outcome = ? WHERE seq = ?").run(outcome, seq);
    for (const [n, amount] of amounts.entries()) putLog.run(seq, next + n, now, thing, counted(amount));
  })();
}
