import type { SerialDevice } from "./serial-device.ts";

/** A command that does not end within this many bytes is thrown away. */
const maxCommand = 256;

/** Makes commands of the bytes that reach a simulated device. */
export class Hearing {
  readonly #device: Required<Pick<SerialDevice, "commandEnd" | "immediate">>;
  #input = "";

  constructor(device: Required<Pick<SerialDevice, "commandEnd" | "immediate">>) {
    this.#device = device;
  }

  /** Take bytes; `execute` gets each command that has come to its end. */
  take(bytes: Uint8Array, execute: (raw: string) => void): void {
    const { commandEnd } = this.#device;
    this.#input += Buffer.from(bytes.filter((byte) => !this.#device.immediate(byte))).toString("latin1");
    for (let end = this.#input.indexOf(commandEnd); end >= 0; end = this.#input.indexOf(commandEnd)) {
      const raw = this.#input.slice(0, end);
      this.#input = this.#input.slice(end + commandEnd.length);
      execute(raw);
    }
    if (this.#input.length > maxCommand) this.#input = "";
  }

  forget(): void {
    this.#input = "";
  }
}
