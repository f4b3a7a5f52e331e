import type { Thing } from "../thing/thing.ts";
import type { GatewayParts } from "./assemble.ts";

const defaultGraceMs = 5000;
/** For stopping, for safe outputs and for closing: each is bounded by itself. */
const closingMs = 25_000;

/** How long what runs may take to end once it is asked to, to be left safe, and closed; milliseconds. */
export function endingMs(things: Iterable<Thing>): number {
  const actions = [...things].flatMap(({ actions }) => Object.values(actions));
  return Math.max(defaultGraceMs, ...actions.map(({ cancelGraceMs = 0 }) => cancelGraceMs)) + closingMs;
}

/** Nothing runs any more: close every device and leave it safe, then all that is written to. */
export async function shutDown(parts: GatewayParts): Promise<void> {
  await parts.reloads.end();
  await parts.experiments.close();
  parts.interlocks.end();
  parts.leases.close();
  const inOrder = [...parts.things.values()].sort((a, b) => a.safety.order - b.safety.order);
  await Promise.all(inOrder.map((thing) => thing.close()));
  parts.telling.close();
  await parts.handover.write(inOrder);
  parts.setup.now.wires.close();
  parts.state.close();
  parts.blobs.close();
  await parts.journal.close();
}
