import type { Server } from "node:http";

/** Tell the parent where we listen, and end with it. */
export function reportPort(server: Server): void {
  const address = server.address();
  if (typeof address === "object") process.send?.(address?.port);
  process.on("disconnect", () => process.exit(0));
}
