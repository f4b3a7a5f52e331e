import type { ServerResponse } from "node:http";

/** Do `work`; `gone` is called once when the client goes away meanwhile, or has gone already. */
export async function whileConnected(response: ServerResponse, work: () => Promise<void>, gone: () => void) {
  if (response.destroyed) return gone();
  response.once("close", gone);
  try {
    await work();
  } finally {
    response.off("close", gone);
  }
}
