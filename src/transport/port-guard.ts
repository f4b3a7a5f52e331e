import { close as closeFile, constants, open as openFile, writeSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { ConfigError, DisconnectedError, PortBusyError } from "../errors.ts";
import { refusalOf } from "./port-refusal.ts";
import { type Tty, ttyOf } from "./tty.ts";

interface Taken extends Pick<PortGuard, "path" | "node" | "tty" | "pseudo"> {
  readonly fd: number;
}

/**
 * A second way to the port, opened first and closed last. It holds the lock before anything of the port is changed, and
 * what is asked of the kernel by it is answered with an error from the moment on that the device is gone.
 */
export class PortGuard {
  /** As it was asked for; perhaps a link. */
  readonly path: string;
  readonly node: string;
  readonly tty: Tty;
  /** A pseudo-terminal. */
  readonly pseudo: boolean;
  readonly #fd: number;

  private constructor({ path, node, fd, tty, pseudo }: Taken) {
    this.path = path;
    this.node = node;
    this.tty = tty;
    this.pseudo = pseudo;
    this.#fd = fd;
  }

  static async take(path: string): Promise<PortGuard> {
    const { node, number } = await identify(path);
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    const fd = await promisify(openFile)(node, flags).catch(async (cause) => {
      throw await refusalOf(path, cause);
    });
    try {
      const tty = await ttyOf(fd);
      if (!tty.isTerminal()) throw noPort(path);
      if (!tty.isAlive()) throw new DisconnectedError(`${path} was disconnected as it was opened: check its cable`);
      if (!tty.lock()) throw new PortBusyError(`${path} is in use: close what has it open`);
      return new PortGuard({ path, node, fd, tty, pseudo: isPseudo(number) });
    } catch (error) {
      await promisify(closeFile)(fd);
      // Only now that we have let go of it can be seen who has it.
      if (error instanceof PortBusyError) throw await refusalOf(path, "busy");
      throw error;
    }
  }

  /**
   * How many of these bytes the system takes at once. No thread of Node's pool is needed for it: those may all be at a
   * disk, or look for a name that nobody answers for, when an instrument is to be stopped. Throws when the device is gone.
   */
  offer(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
      throw error;
    }
  }

  async free(): Promise<void> {
    // A terminal that others keep open would stay closed to everyone.
    this.tty.admit();
    await promisify(closeFile)(this.#fd);
  }
}

/** The kernel's numbers for the far ends of pseudo-terminals. */
function isPseudo(device: number): boolean {
  const major = (device >> 8) & 0xfff;
  return major >= 136 && major <= 143;
}

const noPort = (path: string) => new ConfigError(`${path} is no serial port: name one from /dev/serial/by-id`);

/** The node behind a path, which may be a link that udev rewrites, and its number. */
async function identify(path: string) {
  try {
    const node = await realpath(path);
    const found = await stat(node);
    if (found.isCharacterDevice()) return { node, number: found.rdev };
  } catch (cause) {
    throw await refusalOf(path, cause);
  }
  throw noPort(path);
}
