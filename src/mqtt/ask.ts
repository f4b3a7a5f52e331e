/** What is asked of the gateway's own HTTP interface, in this process. */
export interface Question {
  readonly method: "POST" | "DELETE" | "GET";
  readonly path: string;
  /** Their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** What it answers. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Rejects when the gateway ends, or whoever asks has lost his access meanwhile. */
export type Ask = (question: Question) => Promise<Told>;
