import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi from "koffi";
import { expect, vi } from "vitest";

const libc = koffi.load("libc.so.6");
const socket = libc.func("int socket(int domain, int type, int protocol)");
const bind = libc.func("int bind(int fd, const uint8_t *address, unsigned int length)");
const recv = libc.func("int64_t recv(int fd, _Out_ uint8_t *into, size_t length, int flags)");
const close = libc.func("int close(int fd)");
const unix = 1;
const datagramsWithoutWaiting = 2 | 0o4000;

/** Systemd's end of `NOTIFY_SOCKET`: what a real process tells it by the real library. */
export function notifySocket() {
  const path = join(mkdtempSync(join(tmpdir(), "benchd-notify-")), "socket");
  const fd: number = socket(unix, datagramsWithoutWaiting, 0);
  const address = Buffer.alloc(110);
  address.writeUInt16LE(unix);
  address.write(path, 2, "latin1");
  if (bind(fd, address, address.length) !== 0) throw new Error(`there is no socket in ${path}`);
  const told: string[] = [];
  const message = Buffer.alloc(4096);
  const next = () => Number(recv(fd, message, message.length, 0));
  const receive = () => {
    for (let size = next(); size > 0; size = next()) told.push(message.toString("utf8", 0, size));
    return told;
  };
  return {
    path,
    told: receive,
    /** Resolves once something has been told that fits. */
    hears: (what: RegExp) => vi.waitFor(() => expect(receive().join("\n---\n")).toMatch(what), { timeout: 10_000 }),
    close: () => void close(fd),
  };
}
