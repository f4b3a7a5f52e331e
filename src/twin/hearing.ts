import type { SerialDevice, Split } from "./serial-device.ts";

/** A command that does not end within this many bytes is thrown away. */
const maxCommand = 256;

type Listener = Required<Pick<SerialDevice, "clock" | "commandEnd" | "patienceMs">> & Pick<SerialDevice, "immediate">;

/** Makes commands of the bytes that reach a simulated device. */
export class Hearing {
  readonly #device: Listener;
  readonly #split: Split;
  #input = "";
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(device: Listener) {
    this.#device = device;
    const { commandEnd } = device;
    this.#split = typeof commandEnd === "string" ? endedBy(commandEnd) : commandEnd;
  }

  /** Take bytes; `execute` gets each command that has come to its end. */
  take(bytes: Uint8Array, execute: (raw: string) => void): void {
    const { clock, patienceMs, immediate } = this.#device;
    if (clock.now() - this.#heardAt >= patienceMs()) this.forget();
    this.#heardAt = clock.now();
    // Asked of each byte: what is obeyed at once is no part of a command.
    const said = immediate ? bytes.filter((byte) => !immediate(byte)) : bytes;
    this.#input += Buffer.from(said).toString("latin1");
    for (let found = this.#split(this.#input); found; found = this.#split(this.#input)) {
      this.#input = found.rest;
      execute(found.command);
    }
    if (this.#input.length > maxCommand) this.forget();
  }

  forget(): void {
    this.#input = "";
  }
}

const endedBy =
  (commandEnd: string): Split =>
  (input) => {
    const end = input.indexOf(commandEnd);
    return end < 0 ? undefined : { command: input.slice(0, end), rest: input.slice(end + commandEnd.length) };
  };
