import { type Clock, realClock, type Timer } from "../../clock.ts";
import { formatDuration } from "../../duration.ts";
import { NoGatewayError } from "../gateway-errors.ts";
import type { Shell } from "../shell.ts";
import type { StopRequests } from "../stop.ts";
import { inLine } from "../terminal/in-line.ts";
import { LiveLine } from "../terminal/live-line.ts";
import { isCapable } from "../terminal/style.ts";
import { fitted } from "../terminal/width.ts";
import type { RecordingClient, ToldRecording } from "./recording-client.ts";

/** How often it is looked at; real milliseconds. */
const lookMs = 500;
/** The gateway may be away for so long, as when it is started again; real milliseconds. */
const patienceMs = 60_000;

interface Watched {
  readonly recording: ToldRecording;
  readonly client: RecordingClient;
  readonly stop: StopRequests;
  readonly shell: Shell;
  readonly clock?: Clock;
}

/**
 * Show how many rows and gaps it has until it has ended, by itself or by Ctrl+C, which stops it. Resolves with what it
 * has come to; throws when nobody can tell any more.
 */
export async function watchRecording({
  recording,
  client,
  stop,
  shell,
  clock = realClock,
}: Watched): Promise<ToldRecording> {
  const began = clock.now();
  const line = isCapable(shell.stderr, shell.environment) ? new LiveLine(shell.stderr, shell) : undefined;
  let interrupted = false;
  let wake = () => {};
  void stop.first.then(() => {
    interrupted = true;
    wake();
  });
  let told = recording;
  let heard = began;
  try {
    for (;;) {
      try {
        told = interrupted ? await client.stop(recording.id) : await client.get(recording.id);
        heard = clock.now();
      } catch (error) {
        if (!(error instanceof NoGatewayError) || clock.now() - heard > patienceMs) throw error;
      }
      if (told.state !== "recording") return told;
      const now = `${wordsOf(told)}, ${formatDuration(clock.now() - began)}; Ctrl+C stops it and saves it`;
      line?.show((columns) => ({ text: fitted(now, columns) }));
      await new Promise<void>((resolve) => {
        const timer: Timer = clock.after(lookMs, resolve);
        wake = () => {
          timer.cancel();
          resolve();
        };
      });
    }
  } finally {
    line?.close();
  }
}

/** `120 rows, 2 gaps (ph.ph: the device did not answer)`. */
export function wordsOf({ rows, gaps, problem }: Pick<ToldRecording, "rows" | "gaps" | "problem">): string {
  const row = rows === null ? "rows not counted" : `${rows} ${rows === 1 ? "row" : "rows"}`;
  const gap = gaps ? `, ${gaps} ${gaps === 1 ? "gap" : "gaps"}` : "";
  return `${row}${gap}${problem === null ? "" : ` (${inLine(problem)})`}`;
}
