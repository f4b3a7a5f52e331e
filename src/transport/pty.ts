import { closeSync, constants, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { PortMissingError } from "../errors.ts";
import type { ByteListener, ByteStream } from "./byte-stream.ts";
import { loadLibc } from "./libc.ts";

/** The device's side of a pseudo-terminal: a serial port that exists in software only. */
export interface Pty extends ByteStream {
  /** What the other side opens as its serial port, as often as it likes. */
  readonly path: string;
  /** Take no more bytes, as flow control does: the port fills up, and then takes none either. */
  pause(): void;
  resume(): void;
}

/** Open a pseudo-terminal; Linux only. */
export async function openPty(listener: ByteListener): Promise<Pty> {
  const libc = await loadFunctions();
  const master = check(libc.posixOpenpt(constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK), "opened");
  const name = Buffer.alloc(128);
  try {
    check(libc.grantpt(master), "granted");
    check(libc.unlockpt(master), "unlocked");
    if (libc.ptsname(master, name, name.length) !== 0) throw failed("named");
  } catch (error) {
    closeSync(master);
    throw error;
  }
  const path = name.toString("latin1", 0, name.indexOf(0));
  // Held open, or reading would fail with EIO whenever nobody else has it open.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  makeRaw(libc, slave);
  return new OpenPty(path, master, slave, listener);
}

class OpenPty implements Pty {
  readonly path: string;
  readonly #master: number;
  readonly #stream: ReadStream;
  readonly #closed: Promise<void>;

  constructor(path: string, master: number, slave: number, listener: ByteListener) {
    this.path = path;
    this.#master = master;
    const stream = new ReadStream(master);
    this.#stream = stream;
    let cause: Error | undefined;
    stream.on("data", (bytes) => listener.data(bytes));
    stream.on("error", (error) => {
      cause = error;
    });
    this.#closed = new Promise((resolve) => {
      stream.once("close", () => {
        closeSync(slave);
        resolve();
        listener.closed(cause);
      });
    });
    stream.resume();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#stream.destroyed) throw new PortMissingError(`the pseudo-terminal ${this.path} is closed`);
    try {
      // Not through the stream: libuv would wait in a loop for room that comes only when somebody reads.
      for (let sent = 0; sent < bytes.length; ) sent += writeSync(this.#master, bytes, sent);
    } catch (error) {
      // What finds no room is lost, as on a line that nobody listens to.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): Promise<void> {
    this.#stream.destroy();
    return this.#closed;
  }
}

interface Libc {
  posixOpenpt(flags: number): number;
  grantpt(fd: number): number;
  unlockpt(fd: number): number;
  ptsname(fd: number, name: Buffer, length: number): number;
  tcgetattr(fd: number, termios: Buffer): number;
  cfmakeraw(termios: Buffer): void;
  tcsetattr(fd: number, when: number, termios: Buffer): number;
}

async function loadFunctions(): Promise<Libc> {
  const { libc } = await loadLibc("pseudo-terminals");
  return {
    posixOpenpt: libc.func("int posix_openpt(int flags)"),
    grantpt: libc.func("int grantpt(int fd)"),
    unlockpt: libc.func("int unlockpt(int fd)"),
    ptsname: libc.func("int ptsname_r(int fd, _Out_ uint8_t *name, size_t length)"),
    tcgetattr: libc.func("int tcgetattr(int fd, _Out_ uint8_t *termios)"),
    cfmakeraw: libc.func("void cfmakeraw(_Inout_ uint8_t *termios)"),
    tcsetattr: libc.func("int tcsetattr(int fd, int when, const uint8_t *termios)"),
  };
}

/** No echo, no line editing: bytes pass as they are, also before the other side has opened it. */
function makeRaw(libc: Libc, fd: number): void {
  // Larger than glibc's struct termios on any machine; it is only handed from one call to the next.
  const termios = Buffer.alloc(256);
  if (libc.tcgetattr(fd, termios) !== 0) return;
  libc.cfmakeraw(termios);
  libc.tcsetattr(fd, 0, termios);
}

function check(result: number, done: string): number {
  if (result < 0) throw failed(done);
  return result;
}

const failed = (done: string) => new PortMissingError(`a pseudo-terminal could not be ${done}: is /dev/pts mounted?`);
