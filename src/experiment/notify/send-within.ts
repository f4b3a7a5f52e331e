import type { Clock } from "../../clock.ts";
import { formatDuration } from "../../duration.ts";
import { NotificationError } from "../../experiment-errors.ts";
import type { Message, Post } from "./message.ts";

/** Within this a message is taken, or was not; milliseconds. */
const sendingMs = 30_000;

/** Send a message; rejects also when that takes too long, or is aborted, whatever becomes of it then. */
export async function sendWithin(post: Post, message: Message, clock: Clock, aborting: AbortController): Promise<void> {
  const { signal } = aborting;
  const why = `no answer within ${formatDuration(sendingMs)}`;
  const late = clock.after(sendingMs, () => aborting.abort(new NotificationError(why)));
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([post.send(message, signal), aborted]);
  } finally {
    late.cancel();
  }
}
