import { closeSync, constants } from "node:fs";
import { Socket } from "node:net";
import { getSystemErrorName } from "node:util";
import { DisconnectedError, PortMissingError } from "../errors.ts";

/** Told of what a file descriptor gives. */
export interface Follower {
  data(bytes: Buffer): void;
  /** It gives no more, and not because nobody wanted it any more. */
  ended(cause: Error | undefined): void;
}

/** What we need of the system that Node does not offer. */
export interface Kernel {
  /** ioctl(2). Returns the name of what it fails with, such as `EBUSY`. */
  ioctl(fd: number, request: number, argument: Buffer): string | undefined;
  /** flock(2), exclusive, without waiting. Returns whether the lock was free. */
  lock(fd: number): boolean;
  /** Read a descriptor of any sort whenever it has something. Returns how to stop that; it never closes `fd` itself. */
  follow(fd: number, follower: Follower): () => void;
}

const fionbio = 0x5421;
const lockExclusiveNow = 2 | 4;
const closeOnExec = 0o2000000;

/** Loaded when a real pin is wired: the mock bench needs no native code. */
export async function loadKernel(): Promise<Kernel> {
  const { default: koffi } = await import("koffi");
  const libc = koffi.load("libc.so.6");
  const ioctl = libc.func("int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)");
  const flock = libc.func("int flock(int fd, int operation)");
  const pipe2 = libc.func("int pipe2(_Out_ int *ends, int flags)");
  const dup3 = libc.func("int dup3(int from, int to, int flags)");
  const errorName = () => getSystemErrorName(-koffi.errno());

  return {
    ioctl: (fd, request, argument) => (ioctl(fd, request, argument) < 0 ? errorName() : undefined),
    lock: (fd) => flock(fd, lockExclusiveNow) === 0,
    follow(fd, { data, ended }) {
      const on = Buffer.alloc(4);
      on.writeInt32LE(1);
      ioctl(fd, fionbio, on);
      const ends = [-1, -1];
      if (pipe2(ends, closeOnExec | constants.O_NONBLOCK) < 0)
        throw new DisconnectedError(`no more files can be opened (${errorName()}): raise the limit, or close some`);
      const [reading = -1, writing = -1] = ends;
      // Node watches files of a few sorts only, and asks when the socket is made. libuv asks again for nothing but that
      // a read is possible: it gets a pipe, and the descriptor is put in the pipe's place before anything is read.
      const socket = new Socket({ fd: reading, readable: true, writable: false });
      const placed = dup3(fd, reading, closeOnExec);
      closeSync(writing);
      if (placed < 0) {
        socket.destroy();
        throw new PortMissingError(`the system does not let the line be watched (${errorName()})`);
      }
      let cause: Error | undefined;
      let stopped = false;
      socket.on("data", data);
      socket.on("error", (error) => {
        cause = error;
      });
      socket.on("close", () => {
        if (!stopped) ended(cause);
      });
      return () => {
        stopped = true;
        socket.destroy();
      };
    },
  };
}
