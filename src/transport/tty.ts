import { constants } from "node:os";
import { loadLibc } from "./libc.ts";

/** A terminal device that is open, as the kernel has it set up: what serialport does not tell. */
export interface Tty {
  /** Take the lock that programs respect which ask for it; false when somebody else has it, or keeps everyone out. */
  lock(): boolean;
  /** Keep everyone out who opens it from now on, but for root. False when it is no terminal. */
  exclude(): boolean;
  /** Let others in again. */
  admit(): void;
  /** Undefined when it has been hung up. */
  settings(): TtySettings | undefined;
  /** Whether its modem lines drop when the last one closes it. Returns whether the port has taken it. */
  setHangUpOnClose(hangUp: boolean): boolean;
  /** Whether it is a terminal at all, be it there or not. */
  isTerminal(): boolean;
  /** Whether it is still there: of one that was unplugged, or hung up, nothing can be asked. */
  isAlive(): boolean;
  /** How many bytes have not left yet. */
  waiting(): number;
  /** Throw away what has not left yet. */
  discard(): void;
}

export interface TtySettings {
  readonly baudRate: number;
  readonly dataBits: number;
  readonly parity: "none" | "even" | "odd" | "mark" | "space";
  readonly stopBits: 1 | 2;
  readonly flowControl: "none" | "hardware" | "software" | "both";
  readonly hangUpOnClose: boolean;
}

/** The numbers of asm-generic, which x86 and all of ARM have in common. */
const request = {
  TCGETS2: 0x802c542a,
  TCSETS2: 0x402c542b,
  TCFLSH: 0x540b,
  TIOCEXCL: 0x540c,
  TIOCNXCL: 0x540d,
  TIOCOUTQ: 0x5411,
  TIOCGEXCL: 0x80045440,
} as const;
const flag = {
  CSIZE: 0x30,
  CSTOPB: 0x40,
  PARENB: 0x100,
  PARODD: 0x200,
  HUPCL: 0x400,
  CMSPAR: 0x40000000,
  CRTSCTS: 0x80000000,
  IXON: 0x400,
  IXOFF: 0x1000,
} as const;
/** `struct termios2`: four words of flags, a byte, 19 control characters, two speeds. */
const termiosBytes = 44;
const at = { iflag: 0, cflag: 8, ospeed: 40 } as const;
const discardOutput = 1n;
const lockExclusive = 2;
const doNotWait = 4;

/** What can be asked of the terminal device that `fd` is open on. Linux only. */
export async function ttyOf(fd: number): Promise<Tty> {
  const { libc, errno } = await loadLibc("serial ports");
  const ioctl: (fd: number, request: number, argument: Buffer) => number = libc.func(
    "int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)",
  );
  const ioctlNumber: (fd: number, request: number, argument: bigint) => number = libc.func(
    "int ioctl(int fd, unsigned long request, unsigned long argument)",
  );
  const flock: (fd: number, operation: number) => number = libc.func("int flock(int fd, int operation)");

  const number = (what: number) => {
    const answer = Buffer.alloc(4);
    return ioctl(fd, what, answer) === 0 ? answer.readInt32LE() : undefined;
  };
  const termios = () => {
    const answer = Buffer.alloc(termiosBytes);
    return ioctl(fd, request.TCGETS2, answer) === 0 ? answer : undefined;
  };
  const settings = () => {
    const found = termios();
    return found && read(found);
  };
  return {
    // Root may open what is exclusive, so it has to ask.
    lock: () => !number(request.TIOCGEXCL) && flock(fd, lockExclusive | doNotWait) === 0,
    exclude: () => ioctlNumber(fd, request.TIOCEXCL, 0n) === 0,
    admit: () => void ioctlNumber(fd, request.TIOCNXCL, 0n),
    settings,
    setHangUpOnClose(hangUp) {
      const wanted = termios();
      if (!wanted) return false;
      const flags = wanted.readUInt32LE(at.cflag);
      if (Boolean(flags & flag.HUPCL) === hangUp) return true;
      wanted.writeUInt32LE((hangUp ? flags | flag.HUPCL : flags & ~flag.HUPCL) >>> 0, at.cflag);
      return ioctl(fd, request.TCSETS2, wanted) === 0 && settings()?.hangUpOnClose === hangUp;
    },
    isTerminal: () => number(request.TIOCGEXCL) !== undefined || errno() !== constants.errno.ENOTTY,
    isAlive: () => number(request.TIOCGEXCL) !== undefined,
    waiting: () => number(request.TIOCOUTQ) ?? 0,
    discard: () => void ioctlNumber(fd, request.TCFLSH, discardOutput),
  };
}

function read(termios: Buffer): TtySettings {
  const input = termios.readUInt32LE(at.iflag);
  const control = termios.readUInt32LE(at.cflag);
  const odd = control & flag.PARODD;
  const stuck = control & flag.CMSPAR;
  const hardware = Boolean(control & flag.CRTSCTS);
  const software = Boolean(input & (flag.IXON | flag.IXOFF));
  return {
    baudRate: termios.readUInt32LE(at.ospeed),
    dataBits: 5 + ((control & flag.CSIZE) >> 4),
    parity: !(control & flag.PARENB) ? "none" : stuck ? (odd ? "mark" : "space") : odd ? "odd" : "even",
    stopBits: control & flag.CSTOPB ? 2 : 1,
    flowControl: hardware ? (software ? "both" : "hardware") : software ? "software" : "none",
    hangUpOnClose: Boolean(control & flag.HUPCL),
  };
}
