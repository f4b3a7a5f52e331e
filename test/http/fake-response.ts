import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";

/** A connection without a socket, whose other side reads when it is told to. */
export class FakeResponse extends EventEmitter {
  destroyed = false;
  writableEnded = false;
  /** What was sent and not read. */
  #waiting: Buffer[] = [];
  readonly #room: number;
  /** The largest that ever waited at once; bytes. */
  most = 0;
  status = 0;

  /** It takes so many bytes before it says no. */
  constructor(room: number) {
    super();
    this.#room = room;
  }

  get asServerResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }
  get waiting(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }
  get writableNeedDrain(): boolean {
    return this.#needsDrain;
  }
  #needsDrain = false;

  setHeader(): void {}
  removeHeader(): void {}
  writeHead(status: number): void {
    this.status = status;
  }

  write(bytes: Buffer | string): boolean {
    if (this.destroyed || this.writableEnded) throw new Error("it is written to after its end");
    this.#waiting.push(Buffer.from(bytes));
    this.most = Math.max(this.most, this.waiting);
    this.#needsDrain = this.waiting > this.#room;
    return !this.#needsDrain;
  }

  /** Its other side reads all there is. */
  read(): string {
    const text = Buffer.concat(this.#waiting.splice(0)).toString();
    if (this.#needsDrain) {
      this.#needsDrain = false;
      if (!this.destroyed) this.emit("drain");
    }
    return text;
  }

  end(): void {
    this.writableEnded = true;
    this.emit("close");
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit("close");
  }
}
