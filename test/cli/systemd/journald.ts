/** In a file system of its own: logs by the real library to a socket that it plays journald at, and tells what has come. */
import { fstatSync, rmSync } from "node:fs";
import { createLogger, gatewayLog } from "../../../src/cli/logger.ts";
import { openJournal } from "../../../src/cli/systemd/journal.ts";
import { datagrams } from "./datagrams.ts";

const path = "/run/systemd/journal/socket";
const { dev, ino } = fstatSync(1, { bigint: true });
const journal = openJournal({ JOURNAL_STREAM: `${dev}:${ino}` });
const lines: string[] = [];
const log = createLogger({ write: (line) => void lines.push(line) }, "journal", journal);
const socket = datagrams(path, 256 * 1024);

gatewayLog(log)("pump", "warning", "it drips\nPRIORITY=0\nMESSAGE=forged", { action: "dispense", invocation: "01" });
log.info({ reply: "\u00e9".repeat(100_000) }, "long");
// Whatever reaches the library: a line break in a value is one.
const unreachable = () => lines.push("not taken");
journal?.write(
  [
    ["MESSAGE", "raw\nPRIORITY=0"],
    ["PRIORITY", "5"],
  ],
  unreachable,
);
await journal?.drained();
const told = socket.receive().map(fieldsIn);
socket.close();
// Nobody is there, and then there is not even a place.
log.error("refused");
await journal?.drained();
rmSync(path);
log.error("gone");
await journal?.drained();
process.stdout.write(JSON.stringify({ told, lines }));

/** The journal's native protocol: `NAME=value`, or the name, its length in eight bytes, and the value. */
function fieldsIn(datagram: Buffer): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (let at = 0; at < datagram.length; ) {
    const end = datagram.indexOf("\n", at);
    const [name = "", value] = datagram.toString("utf8", at, end).split(/=(.*)/s);
    const length = value === undefined ? Number(datagram.readBigUInt64LE(end + 1)) : 0;
    fields[name] = value ?? datagram.toString("utf8", end + 9, end + 9 + length);
    at = value === undefined ? end + 9 + length + 1 : end + 1;
  }
  return fields;
}
