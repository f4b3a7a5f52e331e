/** What a device that repeats whatever it is sent has yet to repeat. */
export class Echo {
  #expected: Uint8Array = new Uint8Array();

  get pending(): boolean {
    return this.#expected.length > 0;
  }

  expect(bytes: Uint8Array): void {
    this.#expected = bytes;
  }

  forget(): void {
    this.#expected = new Uint8Array();
  }

  /** Take the echo out of what has come; undefined when something else has come in its place. */
  take(bytes: Uint8Array): Uint8Array | undefined {
    const echoed = Math.min(bytes.length, this.#expected.length);
    const same = Buffer.compare(bytes.subarray(0, echoed), this.#expected.subarray(0, echoed)) === 0;
    this.#expected = same ? this.#expected.subarray(echoed) : new Uint8Array();
    return same ? bytes.subarray(echoed) : undefined;
  }
}
