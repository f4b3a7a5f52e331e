import type { Shell } from "../shell.ts";

/** What systemd, or whoever has started this as a service, is told of its life. Without such a one, nothing. */
export class Supervisor {
  readonly #notify: Shell["notify"];
  #status: string | undefined;
  #stopping = false;

  constructor({ notify }: Pick<Shell, "notify">) {
    this.#notify = notify;
  }

  /** What `systemctl status` shows, in words. */
  status(text: string): void {
    if (this.#status === text || this.#stopping) return;
    this.#status = text;
    this.#notify(`STATUS=${inOneLine(text)}`);
  }

  /** It listens, and every device has been tried. */
  ready(text: string): void {
    this.#status = text;
    this.#notify(`READY=1\nSTATUS=${inOneLine(text)}`);
  }

  /** It reads its configuration again, and serves meanwhile. */
  reloading(): void {
    // Where the unit says `Type=notify-reload`, systemd wants to know that this is later than its signal.
    if (!this.#stopping) this.#notify(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  /** It has, or has refused to. */
  reloaded(): void {
    if (!this.#stopping) this.#notify("READY=1");
  }

  /** It ends; what runs may take `boundMs` for that, also where `TimeoutStopSec=` says less. */
  stopping(text: string, boundMs: number): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#notify(`STOPPING=1\nSTATUS=${inOneLine(text)}\nEXTEND_TIMEOUT_USEC=${Math.round(boundMs * 1000)}`);
  }

  /** It is well: to be said again before the watchdog's time is over. */
  alive(): void {
    this.#notify("WATCHDOG=1");
  }
}

/** A line of its own would be a message of its own. */
const inOneLine = (text: string) => text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 500);
