/**
 * Clients that listen to all events, some of whom never read; these come back when they are sent away. Tells how many
 * there are when all of them are there, and then, asked for it, how much has been read.
 */
import { connect } from "node:net";

const [port = "", count = "1", deaf = "0"] = process.argv.slice(2);
let bytes = 0;
const head = `GET /events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`;

function listen(reads: boolean): Promise<void> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(head);
  return new Promise((resolve) => {
    socket.once("data", (data) => {
      if (!data.toString("latin1").startsWith("HTTP/1.1 200")) throw new Error(`it is answered with ${data}`);
      if (reads) socket.on("data", ({ length }) => (bytes += length));
      else socket.pause();
      resolve();
    });
    if (!reads) socket.once("close", () => void listen(reads));
  });
}

for (let n = 0; n < Number(count); n++) await listen(n >= Number(deaf));
process.on("message", () => process.send?.(bytes));
process.send?.(Number(count));
process.on("disconnect", () => process.exit(0));
