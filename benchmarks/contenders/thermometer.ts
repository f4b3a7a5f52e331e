/** The far end of a pseudo-terminal: answers each line after some milliseconds, or at once; tells its path. */
import { openPty } from "../../src/transport/pty.ts";

const [delay = "0"] = process.argv.slice(2);
let input = "";
const answer = Buffer.from("21.53\n");
const pty = await openPty({
  closed() {},
  data(bytes) {
    input += Buffer.from(bytes).toString("latin1");
    for (let end = input.indexOf("\n"); end >= 0; end = input.indexOf("\n")) {
      input = input.slice(end + 1);
      if (delay === "0") void pty.write(answer);
      else setTimeout(() => void pty.write(answer), Number(delay));
    }
  },
});
process.send?.(pty.path);
process.on("disconnect", () => process.exit(0));
