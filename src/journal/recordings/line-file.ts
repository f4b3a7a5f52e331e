import type { GrowingFile } from "./shelf.ts";

/** What may wait for a disk that takes nothing; characters. What comes then is lost, and told as such. */
const maxWaiting = 256 * 1024;

/** A file to which whole lines are added. What has been written of it always ends with one. */
export class LineFile {
  readonly #file: GrowingFile;
  /** Lines that have not been written. */
  #text = "";
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
  /** What waits to be written, about; bytes. */
  get waiting(): number {
    return this.#text.length + this.#bytes.length;
  }

  /** Whether there is room for more. */
  takes(characters: number): boolean {
    return this.waiting + characters <= maxWaiting;
  }

  /** Lines, each with its end. */
  add(lines: string): void {
    this.#text += lines;
  }

  /** Write what waits; rejects when that cannot be, and it waits on. Not before an earlier one has ended. */
  async flush(): Promise<void> {
    if (this.#text !== "") this.#take();
    if (this.#bytes.length === 0) return;
    await this.#file.write(this.#bytes, this.#written);
    this.#written += this.#bytes.length;
    this.#bytes = new Uint8Array();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #take(): void {
    const more = Buffer.from(this.#text, "utf8");
    this.#text = "";
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
  }
}
