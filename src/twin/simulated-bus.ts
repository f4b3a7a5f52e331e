import type { ByteListener, ByteStream, LineSettings, OpenByteStream } from "../transport/byte-stream.ts";

/** The cable as it is open: what is heard on it, and its ends in the devices. */
interface Opened {
  readonly settings: LineSettings;
  readonly heard: ByteListener;
  readonly ends: Map<OpenByteStream, ByteStream>;
}

/**
 * One cable to several simulated devices: each hears every byte, and whatever one says is heard at the other end. When
 * one is unplugged, so is the cable. Devices may be put on it and taken off while it is open.
 */
export class SimulatedBus {
  readonly #devices = new Set<OpenByteStream>();
  #opened: Opened | undefined;
  /** What leads to it, for whoever opens a port. */
  readonly open: OpenByteStream;

  constructor(devices: readonly OpenByteStream[] = []) {
    for (const device of devices) this.#devices.add(device);
    this.open = Object.assign((settings: LineSettings, listener: ByteListener) => this.#open(settings, listener), {
      present: () => this.#present(),
    });
  }

  /** Put a device on it; resolves when it hears what is said. */
  async connect(device: OpenByteStream): Promise<void> {
    this.#devices.add(device);
    const opened = this.#opened;
    if (!opened || opened.ends.has(device)) return;
    const end = await device(opened.settings, this.#hears(device, opened.heard));
    if (this.#opened === opened && this.#devices.has(device) && !opened.ends.has(device)) opened.ends.set(device, end);
    else await end.close();
  }

  /** Take one off; nobody is told. */
  async disconnect(device: OpenByteStream): Promise<void> {
    this.#devices.delete(device);
    const end = this.#opened?.ends.get(device);
    this.#opened?.ends.delete(device);
    await end?.close();
  }

  async #open(settings: LineSettings, listener: ByteListener): Promise<ByteStream> {
    const ends = new Map<OpenByteStream, ByteStream>();
    let whole = true;
    const closeAll = async () => {
      whole = false;
      if (this.#opened === opened) this.#opened = undefined;
      await Promise.all([...ends.values()].map((end) => end.close()));
    };
    const heard = {
      data: (bytes: Uint8Array) => listener.data(bytes),
      closed: (cause?: Error) => {
        if (!whole) return;
        void closeAll();
        listener.closed(cause);
      },
    };
    const opened: Opened = { settings, heard, ends };
    this.#opened = opened;
    try {
      for (const device of this.#devices)
        if (!ends.has(device)) ends.set(device, await device(settings, this.#hears(device, heard)));
      // One was unplugged while the next were being opened: the line is told of it already.
      if (!whole) await closeAll();
    } catch (error) {
      await closeAll();
      throw error;
    }
    return {
      async write(bytes) {
        await Promise.all([...ends.values()].map((end) => end.write(bytes)));
      },
      async close() {
        if (!whole) return;
        await closeAll();
        listener.closed();
      },
    };
  }

  /** The end of one that was taken off is not the end of the cable. */
  #hears(device: OpenByteStream, heard: ByteListener): ByteListener {
    return {
      data: (bytes) => heard.data(bytes),
      closed: (cause) => {
        if (this.#devices.has(device)) heard.closed(cause);
      },
    };
  }

  async #present(): Promise<boolean> {
    for (const device of this.#devices) if (!((await device.present?.()) ?? true)) return false;
    return true;
  }
}
