import { closeSync } from "node:fs";
import type { Notify } from "./notify.ts";

interface StoreOptions {
  readonly notify: Notify;
  /** What systemd has put into it: `LISTEN_FDS=`, `LISTEN_FDNAMES=`, `LISTEN_PID=`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** For tests, whose files are not systemd's. */
  close?(fd: number): void;
}

/** The first of the files that systemd hands over; before it are input, output and errors. */
const firstHandedOver = 3;
/** As sd_pid_notify_with_fds(3) wants it; a colon would separate two. */
const validName = /^[\x21-\x39\x3b-\x7e]{1,255}$/;

/**
 * Open files that outlive this process, in the hands of systemd (`FileDescriptorStoreMax=`): a GPIO line that is kept is
 * driven on, as the kernel gives it back only when nobody has it open. It is there for the next process of the same
 * unit, after a restart and after a crash; when the unit is stopped for good, systemd closes it.
 */
export class DescriptorStore {
  readonly #notify: Notify;
  readonly #close: (fd: number) => void;
  readonly #kept = new Map<string, number>();

  constructor({ notify, environment, pid, close = closeSync }: StoreOptions) {
    this.#notify = notify;
    this.#close = close;
    for (const [name, fd] of handedOver(environment, pid)) this.#kept.set(name, fd);
  }

  /** The names of what an earlier process has kept, and nobody has taken. */
  get names(): readonly string[] {
    return [...this.#kept.keys()];
  }

  /**
   * Let systemd have `fd` as well, under a name that is not kept yet; the caller closes its own. Whether that was possible:
   * there is no systemd, or the name is none.
   */
  keep(name: string, fd: number): boolean {
    return validName.test(name) && this.#notify(`FDSTORE=1\nFDNAME=${name}`, [fd]);
  }

  /**
   * What an earlier process has kept under `name`: open, and the caller's to close. Systemd keeps it no longer, so that
   * it is free when the caller closes it. Undefined when there is none.
   */
  take(name: string): number | undefined {
    const fd = this.#kept.get(name);
    if (fd === undefined) return undefined;
    this.#kept.delete(name);
    this.#notify(`FDSTOREREMOVE=1\nFDNAME=${name}`);
    return fd;
  }

  /** Give back what nobody has taken, as nobody names it any more; returns the names. */
  clear(): readonly string[] {
    const { names } = this;
    for (const name of names) {
      const fd = this.take(name);
      if (fd !== undefined) this.#close(fd);
    }
    return names;
  }
}

/** By name; of two with one name the later. */
function handedOver(environment: StoreOptions["environment"], pid: number): readonly (readonly [string, number])[] {
  const { LISTEN_FDS: count, LISTEN_FDNAMES: names = "", LISTEN_PID: whose } = environment;
  const handed = Number(whose) === pid ? Number(count) : 0;
  if (!Number.isInteger(handed) || handed < 1) return [];
  return names
    .split(":")
    .slice(0, handed)
    .map((name, index) => [name, firstHandedOver + index] as const);
}
