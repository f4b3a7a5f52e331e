import { realpath, stat } from "node:fs/promises";
import { SerialPort } from "serialport";
import { ConfigError, DisconnectedError } from "../errors.ts";
import type { ByteListener, ByteStream, OpenByteStream } from "./byte-stream.ts";
import { refusal } from "./port-refusal.ts";

/** The serial port at a path; it is opened for us alone. */
export function openSerialPort(path: string): OpenByteStream {
  return async ({ baudRate, dataBits = 8, parity = "none", stopBits = 1 }, listener) => {
    const device = await identify(path);
    const port = new SerialPort({ path, baudRate, dataBits, parity, stopBits, lock: true, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(refusal(path, error)) : resolve()));
    });
    return new PortStream(port, device, listener);
  };
}

/** How often to look whether the device is still there: a port that is hung up while it is read tells nobody. */
const presenceMs = 1000;

class PortStream implements ByteStream {
  readonly #port: SerialPort;
  readonly #listener: ByteListener;
  readonly #presence: NodeJS.Timeout;
  readonly #writing = new Set<(reason: Error) => void>();
  #closing: Promise<void> | undefined;
  #ended = false;

  constructor(port: SerialPort, device: Device, listener: ByteListener) {
    this.#port = port;
    this.#listener = listener;
    // Without a reader nobody would learn that the device is gone.
    port.on("data", (bytes: Buffer) => listener.data(bytes));
    port.on("error", (error) => this.#lose(error));
    port.on("close", (error?: Error | null) => this.#end(error ?? undefined));
    this.#presence = setInterval(() => {
      isPresent(device).then((present) => present || this.#lose(new DisconnectedError(`${device.node} is gone`)));
    }, presenceMs);
    this.#presence.unref();
  }

  /** Resolves when the system has taken the bytes, which may be before they have left. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || this.#closing) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      this.#writing.add(reject);
      this.#port.write(Buffer.from(bytes), (error) => {
        this.#writing.delete(reject);
        if (error) reject(this.#gone(error));
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (!this.#port.isOpen) resolve();
      else
        this.#port.close((error) => {
          this.#end(error ?? undefined);
          resolve();
        });
    });
    return this.#closing;
  }

  #lose(cause: Error): void {
    this.#end(cause);
    void this.close();
  }

  #end(cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#presence);
    for (const reject of this.#writing) reject(this.#gone(cause));
    this.#writing.clear();
    this.#listener.closed(cause && this.#gone(cause));
  }

  #gone(cause?: Error): DisconnectedError {
    const { path } = this.#port;
    return new DisconnectedError(`${path} is ${cause ? "disconnected: check its cable" : "closed"}`, { cause });
  }
}

/** The node behind a path, which may be a link that udev rewrites, and its number. */
interface Device {
  readonly node: string;
  readonly number: number;
}

async function identify(path: string): Promise<Device> {
  try {
    const node = await realpath(path);
    const found = await stat(node);
    if (found.isCharacterDevice()) return { node, number: found.rdev };
  } catch (cause) {
    throw refusal(path, cause);
  }
  throw new ConfigError(`${path} is no serial port: name one from /dev/serial/by-id`);
}

const isPresent = ({ node, number }: Device) =>
  stat(node).then(
    ({ rdev }) => rdev === number,
    () => false,
  );
