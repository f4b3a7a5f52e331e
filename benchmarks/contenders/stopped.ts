/**
 * The far end of a pseudo-terminal: answers each line, unless it is told to be silent, and tells its path, and then when
 * the first byte of every stop has come; ns, of the clock that all processes share.
 */
import { setPriority } from "node:os";
import { openPty } from "../../src/transport/pty.ts";

try {
  // A real device has a processor of its own.
  setPriority(-20);
} catch {
  // Only root may.
}

let input = "";
let silent = false;
const answer = Buffer.from("21.53\n");
const pty = await openPty({
  closed() {},
  data(bytes) {
    const at = process.hrtime.bigint();
    const text = Buffer.from(bytes).toString("latin1");
    if (text.includes("!")) process.send?.(String(at));
    input += text;
    for (let end = input.indexOf("\n"); end >= 0; end = input.indexOf("\n")) {
      const line = input.slice(0, end);
      input = input.slice(end + 1);
      if (!silent && !line.includes("!")) void pty.write(answer);
    }
  },
});
process.send?.(pty.path);
process.on("message", (wanted: "silent" | "talking") => {
  silent = wanted === "silent";
});
process.on("disconnect", () => process.exit(0));
