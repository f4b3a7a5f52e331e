/** The far end of a pseudo-terminal that floods it without an end of line, as fast as it can; tells its path. */
import { openPty } from "../../src/transport/pty.ts";

const noise = Buffer.alloc(16_384, 0x55);
const pty = await openPty({ data() {}, closed() {} });
process.send?.(pty.path);
process.on("disconnect", () => process.exit(0));
for (;;) {
  await pty.write(noise).catch(() => {}); // Nobody reads yet, or any more.
  await new Promise((resolve) => setImmediate(resolve));
}
