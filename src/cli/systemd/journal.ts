import { existsSync, fstatSync } from "node:fs";
import type { Field } from "./journal-entry.ts";

/** Bytes that wait for a journal that does not take them; what comes beyond is dropped: no instrument waits for a log. */
const maxWaiting = 4 * 1024 * 1024;

/** Hand one entry to journald; whether it has it then. */
export type SendEntry = (fields: readonly Field[]) => Promise<boolean>;

interface Waiting {
  readonly fields: readonly Field[];
  readonly bytes: number;
  readonly refused: () => void;
}

/** Entries on their way to journald, one after the other, while everything else goes on. */
export class Journal {
  readonly #send: SendEntry;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #dropped = 0;
  #sending: Promise<void> | undefined;

  constructor(send: SendEntry) {
    this.#send = send;
  }

  /** Returns at once; `refused` is called when the journal does not take it. */
  write(fields: readonly Field[], refused: () => void): void {
    const bytes = fields.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
    if (this.#bytes + bytes > maxWaiting) {
      this.#dropped++;
      return;
    }
    this.#bytes += bytes;
    this.#waiting.push({ fields, bytes, refused });
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when nothing waits any more. Never rejects. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { fields, bytes, refused } = next;
      const taken = await this.#send(fields).catch(() => false);
      this.#bytes -= bytes;
      try {
        if (!taken) refused();
      } catch {
        // Then nobody reads the log at all.
      }
      if (taken && this.#dropped > 0) await this.#tellDropped();
    }
    this.#sending = undefined;
  }

  async #tellDropped(): Promise<void> {
    const dropped = this.#dropped;
    this.#dropped = 0;
    const message = `${dropped} entries of the log are lost: the journal has not taken them in time`;
    await this.#send([
      ["MESSAGE", message],
      ["PRIORITY", "4"],
      ["SYSLOG_IDENTIFIER", "benchd"],
    ]).catch(() => false);
  }
}

const socket = "/run/systemd/journal/socket";

/**
 * The journal, where systemd has connected standard output with it, and says so: not where that has been led elsewhere
 * since, into a file or another program. The library is loaded with the first entry; without it every one is refused.
 */
export function openJournal(
  environment: Readonly<Record<string, string | undefined>>,
  output = 1,
): Journal | undefined {
  const told = environment["JOURNAL_STREAM"];
  if (!told || told !== streamOf(output)) return undefined;
  let library: Promise<SendEntry> | undefined;
  return new Journal(async (fields) => {
    library ??= loadLibrary();
    // Where nobody has a socket there the library says nothing, and says that it has been taken.
    return existsSync(socket) && (await library)(fields);
  });
}

/** As journald names it: sd-daemon(3). */
function streamOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * By the library, as Node has no datagrams of that sort. Each field is handed over with its length, so no text can be
 * another field. It waits where journald does not read, so it is called beside the event loop.
 */
async function loadLibrary(): Promise<SendEntry> {
  const { default: koffi } = await import("koffi");
  const part = koffi.struct({ base: "const uint8_t *", length: "size_t" });
  const sendv = koffi.load("libsystemd.so.0").func("sd_journal_sendv", "int", [koffi.pointer(part), "int"]);
  return (fields) =>
    new Promise((resolve) => {
      const parts = fields.map(([name, value]) => {
        const base = Buffer.from(`${name}=${value}`);
        return { base, length: base.length };
      });
      sendv.async(parts, parts.length, (error: unknown, result: number) => resolve(!error && result >= 0));
    });
}
