import type { Asker } from "../asker.ts";
import { NotAllowedError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** Ask an invocation to end; false when it has ended, perhaps only while somebody looked. */
export async function cancel(gateway: Gateway, id: string, by: Asker): Promise<boolean> {
  try {
    await gateway.cancel(id, by);
    return true;
  } catch (error) {
    if (error instanceof NotAllowedError) return false;
    throw error;
  }
}
