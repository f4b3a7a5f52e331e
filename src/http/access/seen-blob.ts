import { InputError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Sight } from "./sight.ts";

/** Whether a blob exists for somebody: it belongs to the invocation that has made it. */
export async function seesBlob({ blobs, invocations }: Gateway, sight: Sight, id: string): Promise<boolean> {
  if (sight.all) return true;
  const maker = blobs.makerOf(id);
  const invocation = maker === undefined ? undefined : await invocations.find(maker, "history");
  return invocation !== undefined && sight.sees(invocation.thing);
}

const href = /\bblob\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gi;

/** Throws `InputError` when an input names a blob that does not exist for who sends it. */
export async function assertSeesBlobs(gateway: Gateway, sight: Sight, input: unknown): Promise<void> {
  if (sight.all || typeof input !== "object") return;
  const ids = new Set([...JSON.stringify(input).matchAll(href)].map(([, id = ""]) => id.toLowerCase()));
  for (const id of ids)
    if (!(await seesBlob(gateway, sight, id))) throw new InputError(`Blob ID ${id} wasn't found on this server.`);
}
