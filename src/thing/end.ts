import { bounded } from "../bounded.ts";
import type { LifeOptions } from "./life-options.ts";
import type { Safety } from "./safety.ts";

const closeTimeoutMs = 5000;

interface Ending {
  /** While the way to the device is open: outputs that have an order to keep go safe in it. */
  readonly safety: Pick<Safety, "goDown"> | undefined;
  /** Outputs that stay as they are. */
  readonly held: readonly string[];
  /** The driver's. */
  close(): Promise<void>;
  closeLines(): Promise<void>;
}

/** What a closing ends with, each step within its time. Never rejects. */
export async function end({ safety, held, close, closeLines }: Ending, { log, clock }: LifeOptions): Promise<void> {
  const attempt = (what: string, work: Promise<unknown>) =>
    bounded(clock, closeTimeoutMs, work).catch((error: Error) =>
      log("error", `${what} was not confirmed: ${error.message}`),
    );
  await safety?.goDown(held);
  await attempt("closing it", close());
  await attempt("closing its lines", closeLines());
}
