/** The far ends of pseudo-terminals: each answers a line after some milliseconds, or at once. Tells the path, or all of several. */
import { openPty } from "../../src/transport/pty.ts";

const [delay = "0", count = "1"] = process.argv.slice(2);
const answer = Buffer.from("21.53\n");

async function open(): Promise<string> {
  let input = "";
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
  return pty.path;
}

const paths = await Promise.all(Array.from({ length: Number(count) }, open));
process.send?.(count === "1" ? paths[0] : paths);
process.on("disconnect", () => process.exit(0));
