import type { Logger } from "pino";
import type { Gateway } from "../gateway/gateway.ts";
import type { Shell } from "./shell.ts";
import type { Supervisor } from "./systemd/supervisor.ts";

interface Reloading {
  readonly shell: Pick<Shell, "onHangUp">;
  readonly supervisor: Pick<Supervisor, "reloading" | "reloaded">;
  readonly log: Pick<Logger, "info" | "error">;
}

const by = "SIGHUP";

/**
 * Has a gateway read its configuration again at each SIGHUP; what cannot be taken up changes nothing, and is logged. One
 * that comes before it serves, or while another is taken up, counts once.
 */
export class HangUps {
  readonly #parts: Reloading;
  readonly #forget: () => void;
  #gateway: Gateway | undefined;
  #asked = false;
  #under = false;

  constructor(parts: Reloading) {
    this.#parts = parts;
    this.#forget = parts.shell.onHangUp(() => {
      this.#asked = true;
      this.#gateway?.reloads.giveUpStuck();
      void this.#take();
    });
  }

  /** It serves from now on. */
  serves(gateway: Gateway): void {
    this.#gateway = gateway;
    void this.#take();
  }

  release(): void {
    this.#forget();
    this.#gateway = undefined;
  }

  async #take(): Promise<void> {
    while (this.#asked && this.#gateway && !this.#under) {
      this.#asked = false;
      this.#under = true;
      await this.#reload(this.#gateway);
      this.#under = false;
    }
  }

  /** Never rejects. */
  async #reload(gateway: Gateway): Promise<void> {
    const { supervisor, log } = this.#parts;
    supervisor.reloading();
    try {
      await gateway.reloads.reload({ by, busy: "refuse" });
    } catch (error) {
      log.error(`the configuration is not taken up: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      supervisor.reloaded();
    }
  }
}
