import { stat } from "node:fs/promises";
import type { Logger } from "pino";
import type { Clock, Timer } from "../../clock.ts";
import type { TlsFiles } from "../../gateway/config/tls.ts";
import { isPair, readPair, type TlsPair } from "../../gateway/tls/pair.ts";
import { validity } from "../../gateway/tls/warnings.ts";

/** So often it looks whether there are others; ms of the process clock. */
const lookMs = 10_000;
const dayMs = 86_400_000;

interface RenewalOptions {
  readonly files: TlsFiles;
  /** That is in use now. */
  readonly pair: TlsPair;
  /** The process clock. */
  readonly clock: Clock;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  /** Use this pair from now on. */
  use(pair: TlsPair): void;
}

/**
 * Looks whether certificate and key have been replaced, and has new connections use the new ones. What is no pair, as
 * one that is half written, changes nothing, and is told once. That one expires is told every day.
 */
export class Renewal {
  readonly #options: RenewalOptions;
  #pair: TlsPair;
  /** What was read last, by what tells one file from another. */
  #seen: string | undefined;
  #complaint: string | undefined;
  #toldAt: number;
  #timer: Timer;
  #stopped = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#pair = options.pair;
    this.#toldAt = options.clock.now();
    this.#timer = this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  /** Look now. Never rejects. */
  async look(): Promise<void> {
    this.#tellExpiry();
    const { files, log, use } = this.#options;
    const seen = await marksOf(files);
    if (seen === this.#seen) return;
    const read = await readPair(files);
    // What has been replaced in the middle of reading is read again.
    if (this.#stopped || (await marksOf(files)) !== seen) return;
    this.#seen = seen;
    if (!isPair(read)) return this.#complain(read.message);
    this.#complaint = undefined;
    if (read.cert === this.#pair.cert && read.key === this.#pair.key) return;
    try {
      use(read);
    } catch (error) {
      return this.#complain(error instanceof Error ? error.message : String(error));
    }
    this.#pair = read;
    log.info(`the certificate has been renewed: new connections get that of ${files.certificate}, ${until(read)}`);
  }

  #arm(): Timer {
    return this.#options.clock.after(lookMs, () => {
      void this.look().then(() => {
        if (!this.#stopped) this.#timer = this.#arm();
      });
    });
  }

  #complain(message: string): void {
    if (message === this.#complaint) return;
    this.#complaint = message;
    this.#options.log.error(`the new certificate is of no use, so the one before stays: ${message}`);
  }

  #tellExpiry(): void {
    const { clock, files, log } = this.#options;
    if (clock.now() - this.#toldAt < dayMs) return;
    this.#toldAt = clock.now();
    for (const warning of validity(files.certificate, this.#pair, new Date())) log.warn(warning);
  }
}

const until = ({ leaf }: TlsPair) => `valid until ${new Date(leaf.validTo).toISOString()}`;

/** By these a file that was replaced or written to is told from the one before. */
async function marksOf({ certificate, key }: TlsFiles): Promise<string> {
  const marks = [certificate, key].map((file) =>
    stat(file).then(
      ({ ino, mtimeMs, size, mode }) => [ino, mtimeMs, size, mode].join("/"),
      () => "none",
    ),
  );
  return (await Promise.all(marks)).join(" ");
}
