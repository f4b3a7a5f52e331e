/** Bytes that went over a wire. */
export interface Recorded {
  /** Counts what one recorder has seen. */
  readonly seq: number;
  readonly direction: "sent" | "received";
  /** Bench time, milliseconds. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** The invocation whose exchange was under way, if it was one's. */
  readonly invocation?: string | undefined;
}

/** What went over the wire of a Thing around an exchange that failed. */
export interface Excerpt {
  readonly thing: string;
  readonly entries: readonly Recorded[];
}
