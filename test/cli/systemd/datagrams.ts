import koffi from "koffi";

const libc = koffi.load("libc.so.6");
const socket = libc.func("int socket(int domain, int type, int protocol)");
const bind = libc.func("int bind(int fd, const uint8_t *address, unsigned int length)");
const recv = libc.func("int64_t recv(int fd, _Out_ uint8_t *into, size_t length, int flags)");
const close = libc.func("int close(int fd)");
const unix = 1;
const datagramsWithoutWaiting = 2 | 0o4000;

/** A datagram socket in the file system, and what others have sent to it. */
export function datagrams(path: string, maxBytes: number) {
  const fd: number = socket(unix, datagramsWithoutWaiting, 0);
  const address = Buffer.alloc(110);
  address.writeUInt16LE(unix);
  address.write(path, 2, "latin1");
  if (bind(fd, address, address.length) !== 0) throw new Error(`there is no socket in ${path}`);
  const message = Buffer.alloc(maxBytes);
  const next = () => Number(recv(fd, message, message.length, 0));
  return {
    /** Those that have come since the last time. */
    receive() {
      const come: Buffer[] = [];
      for (let size = next(); size > 0; size = next()) come.push(Buffer.from(message.subarray(0, size)));
      return come;
    },
    close: () => void close(fd),
  };
}
