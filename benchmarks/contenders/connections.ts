/**
 * An attacker who opens one connection after the other, sends half a head on it and keeps it for as long as he may. Tells
 * how many he opens in a second, once he has as many as he can.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [port = "", perSecond = "1"] = process.argv.slice(2);
const everyMs = 10;
/** He is hung up on for the oldest of them by then. */
const warmMs = 3000;

function open(): void {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-");
}

setInterval(() => {
  for (let n = 0; n < (Number(perSecond) * everyMs) / 1000; n++) open();
}, everyMs);
await sleep(warmMs);
process.send?.(Number(perSecond));
process.on("disconnect", () => process.exit(0));
