/** A device on a pseudo-terminal of its own: it repeats each line, or floods without an end of line as fast as it can. */
import { openPty, type Pty } from "../../src/transport/pty.ts";

const [what = "answer"] = process.argv.slice(2);
const noise = Buffer.alloc(16_384, 0x55);
const pty: Pty = await openPty({
  data: (bytes) => {
    if (what === "answer") pty.write(bytes).catch(() => {}); // Nobody reads any more.
  },
  closed() {},
});
process.send?.(pty.path);
process.on("disconnect", () => process.exit(0));
while (what === "flood") {
  await pty.write(noise).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
}
