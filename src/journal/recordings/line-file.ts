import type { GrowingFile } from "./shelf.ts";

/** What may wait for a disk that takes nothing; bytes. What comes then is lost, and told as such. */
const maxWaiting = 256 * 1024;
/** Lines are kept as bytes in pieces of this size: as texts they would be thousands of small objects. */
const pieceBytes = 16 * 1024;
const bytesOfCharacter = 3;

/** A file to which whole lines are added. What has been written of it always ends with one. */
export class LineFile {
  readonly #file: GrowingFile;
  /** Lines that have not been written: full pieces, and the one that is being filled up to `#end`. */
  #pieces: Uint8Array[] = [];
  #piece: Buffer = Buffer.alloc(0);
  #end = 0;
  #waiting = 0;
  /** Those that are being written, or could not be. */
  #bytes: Uint8Array = new Uint8Array();
  #written = 0;

  constructor(file: GrowingFile) {
    this.#file = file;
  }

  /** How many bytes are in the file, all of them whole lines. */
  get written(): number {
    return this.#written;
  }
  /** What waits to be written; bytes. */
  get waiting(): number {
    return this.#waiting + this.#bytes.length;
  }

  /** Whether there is room for more. */
  takes(characters: number): boolean {
    return this.waiting + characters <= maxWaiting;
  }

  /** Lines, each with its end. */
  add(lines: string): void {
    const most = bytesOfCharacter * lines.length;
    if (this.#end + most > this.#piece.length) {
      this.#pieces.push(this.#piece.subarray(0, this.#end));
      this.#piece = Buffer.allocUnsafeSlow(Math.max(pieceBytes, most));
      this.#end = 0;
    }
    const bytes = this.#piece.write(lines, this.#end);
    this.#end += bytes;
    this.#waiting += bytes;
  }

  /** Write what waits; rejects when that cannot be, and it waits on. Not before an earlier one has ended. */
  async flush(): Promise<void> {
    if (this.#waiting > 0) this.#take();
    if (this.#bytes.length === 0) return;
    await this.#file.write(this.#bytes, this.#written);
    this.#written += this.#bytes.length;
    this.#bytes = new Uint8Array();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** A copy: the rest of the last piece is filled meanwhile. */
  #take(): void {
    this.#bytes = Buffer.concat([this.#bytes, ...this.#pieces, this.#piece.subarray(0, this.#end)]);
    this.#pieces = [];
    this.#end = 0;
    this.#waiting = 0;
  }
}
