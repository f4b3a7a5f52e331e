/** Clients that watch a camera and throw away what they see; tells when all of them see something. */
import { connect } from "node:net";

const [port = "", count = "1"] = process.argv.slice(2);
let seeing = 0;
for (let n = 0; n < Number(count); n++) {
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("GET /camera/mjpeg_stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  socket.once("data", () => {
    if (++seeing === Number(count)) process.send?.(seeing);
  });
  socket.on("error", () => process.exit(1));
  socket.resume();
}
process.on("disconnect", () => process.exit(0));
