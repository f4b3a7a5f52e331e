import type { Clock } from "../clock.ts";

/** A garbage flood goes out in pieces of so long, as a busy computer takes them; ms. */
const floodMs = 100;

export interface SpeechSettings {
  readonly clock: Clock;
  readonly baudRate: number;
  frame(reply: string): string;
  /** Hand bytes to the line; `chunkBytes` instead of the line's own. */
  send(bytes: Uint8Array, chunkBytes?: number): void;
}

/** What a simulated device says, and what becomes of it before it is on the line. Counts run down to 0 by themselves. */
export class Speech {
  silent = 0;
  garbled = 0;
  delayed = { replies: 0, ms: 0 };
  lagging = 0;
  bytewise = false;
  /** What is said within so many ms goes out in one piece. */
  joinMs: number | undefined;
  lineEnd: string | undefined;
  /** The gateway listens at another pace. */
  understood = true;
  readonly #settings: SpeechSettings;
  /** Replies that wait for the next command. */
  readonly #held: { readonly reply: string; readonly thinksMs: number }[] = [];
  #joined: number[] = [];
  #answersFrom = 0;
  /** Counts the times it was cut short: what was about to be said is lost then. */
  #life = 0;
  #powered = true;
  #flood: { cancel(): void } | undefined;

  constructor(settings: SpeechSettings) {
    this.#settings = settings;
  }

  /** Whether a reply is, or the next one will be, kept back until the next command. */
  get lags(): boolean {
    return this.lagging > 0 || this.#held.length > 0;
  }

  /** Answer a command, after the time the device thinks; ms. */
  answer(reply: string, thinksMs: number): void {
    if (this.#swallowed()) return;
    if (this.lagging > 0) {
      this.lagging--;
      this.#held.push({ reply, thinksMs });
    } else this.#schedule(reply, thinksMs);
  }

  /** What was kept back goes out: a command has come, or nothing is kept back any longer. */
  release(): void {
    for (const { reply, thinksMs } of this.#held.splice(0)) this.#schedule(reply, thinksMs);
  }

  /** Say it now. */
  say(reply: string): void {
    if (!this.#swallowed()) this.#frame(reply);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    if (!this.#powered) return;
    if (this.joinMs === undefined) this.#handOver(bytes);
    else this.#join(bytes, this.joinMs);
  }

  setFlood(on: boolean): void {
    const { clock, baudRate } = this.#settings;
    this.#flood?.cancel();
    this.#flood = undefined;
    if (!on) return;
    // Never an end of line, nor anything else that a protocol is made of.
    const garbage = Uint8Array.from(
      { length: Math.ceil((baudRate * floodMs) / 10_000) },
      (_, i) => 0x80 + ((i * 37) % 0x7f),
    );
    const pour = () => {
      this.#flood = clock.after((garbage.length * 10_000) / baudRate, pour);
      if (this.#powered) this.#settings.send(garbage, garbage.length);
    };
    pour();
  }

  power(on: boolean): void {
    this.#powered = on;
    if (on) return;
    this.#life++;
    this.#held.length = 0;
    this.#joined = [];
  }

  heal(): void {
    Object.assign(this, { silent: 0, garbled: 0, lagging: 0, bytewise: false, joinMs: undefined, lineEnd: undefined });
    this.delayed = { replies: 0, ms: 0 };
    this.#held.length = 0;
    this.setFlood(false);
  }

  #swallowed(): boolean {
    return this.silent > 0 && this.silent-- > 0;
  }

  #schedule(reply: string, thinksMs: number): void {
    const { clock } = this.#settings;
    const late = this.delayed.replies > 0 ? this.delayed.ms : 0;
    if (this.delayed.replies > 0) this.delayed.replies--;
    // One processor: the answer to a command waits for the answers before it.
    this.#answersFrom = Math.max(this.#answersFrom, clock.now()) + thinksMs + late;
    const born = this.#life;
    clock.after(this.#answersFrom - clock.now(), () => born === this.#life && this.#frame(reply));
  }

  #frame(reply: string): void {
    if (!this.#powered) return;
    const framed = this.#settings.frame(reply);
    const text = this.lineEnd === undefined ? framed : framed.replace(/[\r\n]+$/, this.lineEnd);
    const garbled = this.garbled > 0 || !this.understood;
    if (this.garbled > 0) this.garbled--;
    const bytes = Buffer.from(text, "latin1");
    this.raw(garbled ? bytes.map((byte) => byte ^ 0xff) : bytes);
  }

  #join(bytes: Uint8Array, ms: number): void {
    const born = this.#life;
    if (this.#joined.length === 0)
      this.#settings.clock.after(
        ms,
        () => born === this.#life && this.#handOver(Uint8Array.from(this.#joined.splice(0))),
      );
    this.#joined.push(...bytes);
  }

  #handOver(bytes: Uint8Array): void {
    if (!this.bytewise) this.#settings.send(bytes);
    else for (const byte of bytes) this.#settings.send(Uint8Array.of(byte));
  }
}
