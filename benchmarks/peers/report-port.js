/** Tell the parent where we listen, and end with it. */
export function reportPort(server) {
  process.send?.(server.address().port);
  process.on("disconnect", () => process.exit(0));
}
