import type { Placed } from "benchd/testing";
import type { OpenByteStream } from "../../../src/transport/byte-stream.ts";

/** Listens at the port of a simulated device. */
export class Tap {
  /** All that was written, a write an entry. */
  readonly written: Uint8Array[] = [];
  /** How many bytes have come from the device. */
  received = 0;
  #onWrite: (() => void)[] = [];
  #onTaken: (() => void)[] = [];
  #onData: (() => void)[] = [];

  /** Once, while the next bytes to the device are on their way. */
  atWrite(act: () => void): void {
    this.#onWrite.push(act);
  }

  /** Once, when the device has taken the next bytes, before it can have answered. */
  atTaken(act: () => void): void {
    this.#onTaken.push(act);
  }

  /** Once, when the next bytes of the device have come. */
  atData(act: () => void): void {
    this.#onData.push(act);
  }

  /** The same Thing, with this tap at its port; `tamper` gets its device before the port is opened. */
  on(placed: Placed, tamper: (device: object) => void = () => {}): Placed {
    const { twin: make } = placed;
    if (!make) return placed;
    return {
      ...placed,
      twin: (context) => {
        const device = make(context);
        tamper(device);
        // In place, as it may have getters.
        if (device.open) Object.defineProperty(device, "open", { value: this.#listening(device.open) });
        return device;
      },
    };
  }

  #listening(open: OpenByteStream): OpenByteStream {
    return async (settings, listener) => {
      const stream = await open(settings, {
        closed: (cause) => listener.closed(cause),
        data: (bytes) => {
          this.received += bytes.length;
          listener.data(bytes);
          for (const act of this.#onData.splice(0)) act();
        },
      });
      return {
        close: () => stream.close(),
        write: (bytes) => {
          this.written.push(Uint8Array.from(bytes));
          const taken = stream.write(bytes);
          for (const act of this.#onWrite.splice(0)) act();
          const atTaken = () => {
            for (const act of this.#onTaken.splice(0)) act();
          };
          taken.then(atTaken, () => {});
          return taken;
        },
      };
    };
  }
}
