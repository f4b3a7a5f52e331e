import type { Clock, Timer } from "../../clock.ts";
import type { Verdict } from "../../gateway/health.ts";
import type { Shell } from "../shell.ts";
import type { Supervisor } from "./supervisor.ts";

interface WatchdogOptions {
  readonly supervisor: Supervisor;
  /** The process clock. */
  readonly clock: Clock;
  /** As `WATCHDOG_USEC=` says; milliseconds. */
  readonly withinMs: number;
  look(): Verdict;
  /** What `systemctl status` shows while all is well. */
  status(): string;
  log(level: "error" | "warn", message: string): void;
}

/**
 * Feeds systemd's watchdog for as long as the gateway is well, and not merely alive. When it is not, it says why, and is
 * killed by systemd in the end; a helper then makes the outputs safe, and it is started again.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #timer: Timer | undefined;
  #failing = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const { supervisor, clock, withinMs, look, status, log } = this.#options;
    this.#timer = clock.after(withinMs / 3, () => this.#look());
    const { trusted, reason = "" } = look();
    if (trusted) {
      supervisor.alive();
      supervisor.status(status());
    } else supervisor.status(`not well, so systemd will end it: ${reason}`);
    if (trusted === !this.#failing) return;
    this.#failing = !trusted;
    if (trusted) log("warn", "well again: the watchdog is fed");
    else log("error", `the watchdog is not fed any more, so systemd will end this process: ${reason}`);
  }
}

/** How often systemd wants to hear from this process, in milliseconds; undefined when it does not. */
export function watchdogMs(environment: Shell["environment"], pid: number): number | undefined {
  const { WATCHDOG_USEC: micros, WATCHDOG_PID: whose } = environment;
  const ms = Number(micros) / 1000;
  return ms > 0 && (whose === undefined || Number(whose) === pid) ? ms : undefined;
}
