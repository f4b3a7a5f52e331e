/** A message that the broker has not confirmed yet. */
interface Sent {
  readonly bytes: number;
  /** Of what was made of events: where it begins anew when it does not arrive. */
  readonly from: number | undefined;
}

/** So many messages, and about so many bytes, at a time. */
const maxMessages = 64;
const maxBytes = 4 * 1024 * 1024;

/** What is on its way to a broker, in the order in which it was sent. */
export class UnderWay {
  readonly #sent = new Set<Sent>();
  /** Those of events. */
  readonly #events = new Set<Sent & { readonly from: number }>();
  #bytes = 0;
  /** When there was none, or one was confirmed, last; milliseconds of the process clock. */
  #heardAt = 0;

  get isEmpty(): boolean {
    return this.#sent.size === 0;
  }
  get isFull(): boolean {
    return this.#sent.size >= maxMessages || this.#bytes >= maxBytes;
  }

  /** Returns how to say that it has ended. */
  add({ bytes, from }: Sent, now: number): (now: number) => void {
    if (this.isEmpty) this.#heardAt = now;
    const sent = { bytes, from };
    const event = from === undefined ? undefined : { bytes, from };
    this.#sent.add(sent);
    if (event) this.#events.add(event);
    this.#bytes += bytes;
    return (endedAt) => {
      if (!this.#sent.delete(sent)) return;
      if (event) this.#events.delete(event);
      this.#bytes -= bytes;
      this.#heardAt = endedAt;
    };
  }

  /** The event after which everything is to be told anew, if none of it arrives; `last` when none is under way. */
  begun(last: number): number {
    const [first] = this.#events;
    return first?.from ?? last;
  }

  /** For how long nothing was confirmed though something waits for that; milliseconds. */
  silentMs(now: number): number {
    return this.isEmpty ? 0 : now - this.#heardAt;
  }

  clear(): void {
    this.#sent.clear();
    this.#events.clear();
    this.#bytes = 0;
  }
}
