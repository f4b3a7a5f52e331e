import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../clock.ts";
import { DisconnectedError, PortBusyError, PortMissingError } from "../errors.ts";
import type { ByteListener, LineSettings, ModemInputs, ModemLines, OpenByteStream } from "./byte-stream.ts";
import { type LinesSeen, memoryModem } from "./memory-modem.ts";

/** A serial cable in memory: `open` is the gateway's end, `device` the twin's. */
export interface MemoryLink {
  readonly open: OpenByteStream;
  readonly device: DeviceEnd;
}

/** The end of the cable that a simulated device holds. Each `on…` replaces the handler that was set before. */
export interface DeviceEnd {
  /**
   * Send at the pace of the line. What is sent while nobody has the port open is lost, as on a real line. `chunkBytes`
   * instead of the link's.
   */
  send(bytes: Uint8Array, chunkBytes?: number): void;
  onReceive(receive: (bytes: Uint8Array) => void): void;
  /** The gateway has opened the port; the settings tell the pace it expects. */
  onOpen(opened: (settings: LineSettings) => void): void;
  /** The port was closed or unplugged. */
  onClose(closed: () => void): void;
  /** Pull the cable: what is under way is lost, and the port is missing until `plug`. */
  unplug(cause?: Error): void;
  plug(): void;
  /** Whoever opens the port is refused with that, until this is called without; a port that is open stays so. */
  refuse(why?: Error): void;
  /** Stop taking bytes, as flow control does; what is written waits until `resume`. */
  pause(): void;
  resume(): void;
  /** Say something by the lines beside the data; all are up unless told. */
  setLines(inputs: Partial<ModemInputs>): void;
  /** The gateway has changed its own, or holds a break. */
  onLines(changed: (lines: LinesSeen) => void): void;
}

export interface MemoryLinkOptions {
  /** Bytes arrive in pieces of at most this size, each when its last bit has come; 64 unless told. */
  readonly chunkBytes?: number;
  /** As of a port whose device is reset by opening it; milliseconds, none unless told. */
  readonly openQuietMs?: number;
}

/** A cable between the gateway and a device in memory. It takes the time a wire takes: ten bits a byte. */
export function memoryLink(clock: Clock, { chunkBytes = 64, openQuietMs }: MemoryLinkOptions = {}): MemoryLink {
  // The device is a thing of its own: it must not run inside the invocation whose bytes it takes.
  const asDevice = AsyncLocalStorage.snapshot();
  let receive = (_: Uint8Array) => {};
  let opened = (_: LineSettings) => {};
  let closed = () => {};
  let linesChanged = (_: LinesSeen) => {};
  let inputs: ModemInputs = { cts: true, dsr: true, dcd: true };
  let plugged = true;
  let refusal: Error | undefined;
  let paused = false;
  let port: Port | undefined;

  const modem = () =>
    memoryModem(
      () => inputs,
      (lines) => asDevice(() => linesChanged(lines)),
    );
  const open: OpenByteStream = async (settings, listener) => {
    if (!plugged) throw new PortMissingError("the simulated cable is unplugged");
    if (refusal) throw refusal;
    if (port) throw new PortBusyError("the simulated port is open already");
    const made = new Port({ clock, settings, chunkBytes, openQuietMs, modem: modem() }, listener, {
      received: (bytes) => asDevice(() => receive(bytes)),
      closed: () => {
        port = undefined;
        asDevice(() => closed());
      },
    });
    port = made;
    if (paused) made.toDevice.pause();
    asDevice(() => opened(settings));
    return made;
  };

  return {
    open: Object.assign(open, { present: async () => plugged }),
    device: {
      send: (bytes, pieces) => void port?.toGateway.send(bytes, () => {}, pieces),
      onReceive: (handler) => {
        receive = handler;
      },
      onOpen: (handler) => {
        opened = handler;
      },
      onClose: (handler) => {
        closed = handler;
      },
      unplug: (cause) => {
        plugged = false;
        port?.end(new DisconnectedError("the simulated cable was unplugged", { cause }));
      },
      plug: () => {
        plugged = true;
      },
      refuse: (why) => {
        refusal = why;
      },
      pause: () => {
        paused = true;
        port?.toDevice.pause();
      },
      resume: () => {
        paused = false;
        port?.toDevice.resume();
      },
      setLines: (changed) => {
        inputs = { ...inputs, ...changed };
      },
      onLines: (handler) => {
        linesChanged = handler;
      },
    },
  };
}

interface PortSettings {
  readonly clock: Clock;
  readonly settings: LineSettings;
  readonly chunkBytes: number;
  readonly openQuietMs: number | undefined;
  readonly modem: ModemLines;
}

/** The gateway's end while it is open. */
class Port {
  readonly modem: ModemLines;
  readonly openQuietMs: number | undefined;
  readonly toDevice: Direction;
  readonly toGateway: Direction;
  readonly #listener: ByteListener;
  readonly #device: { received(bytes: Uint8Array): void; closed(): void };
  readonly #writing = new Set<(reason: Error) => void>();
  #ended = false;

  constructor(
    { clock, settings, chunkBytes, openQuietMs, modem }: PortSettings,
    listener: ByteListener,
    device: { received(bytes: Uint8Array): void; closed(): void },
  ) {
    this.modem = modem;
    this.openQuietMs = openQuietMs;
    const byteMs = 10_000 / settings.baudRate;
    this.#listener = listener;
    this.#device = device;
    this.toDevice = new Direction(clock, byteMs, chunkBytes, (bytes) => device.received(bytes));
    this.toGateway = new Direction(clock, byteMs, chunkBytes, (bytes) => listener.data(bytes));
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.reject(new DisconnectedError("the simulated port is closed"));
    return new Promise((resolve, reject) => {
      this.#writing.add(reject);
      this.toDevice.send(bytes, () => {
        this.#writing.delete(reject);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.end();
  }

  end(cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.toDevice.cut();
    this.toGateway.cut();
    for (const reject of this.#writing) reject(cause ?? new DisconnectedError("the simulated port was closed"));
    this.#writing.clear();
    this.#device.closed();
    this.#listener.closed(cause);
  }
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly arrived: () => void;
}

/** One direction of the wire: chunks arrive one after the other, each after its time on the wire. */
class Direction {
  readonly #clock: Clock;
  readonly #byteMs: number;
  readonly #chunkBytes: number;
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #waiting: Chunk[] = [];
  #timer: { cancel(): void } | undefined;
  #paused = false;

  constructor(clock: Clock, byteMs: number, chunkBytes: number, deliver: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#byteMs = byteMs;
    this.#chunkBytes = chunkBytes;
    this.#deliver = deliver;
  }

  send(bytes: Uint8Array, arrived: () => void, chunkBytes = this.#chunkBytes): void {
    const copy = new Uint8Array(bytes);
    const last = Math.max(copy.length, 1);
    for (let at = 0; at < last; at += chunkBytes) {
      const end = at + chunkBytes;
      this.#waiting.push({ bytes: copy.subarray(at, end), arrived: end >= last ? arrived : () => {} });
    }
    this.#next();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#next();
  }

  cut(): void {
    this.#timer?.cancel();
    this.#waiting.length = 0;
  }

  #next(): void {
    const chunk = this.#waiting[0];
    if (this.#timer || this.#paused || !chunk) return;
    this.#timer = this.#clock.after(chunk.bytes.length * this.#byteMs, () => {
      this.#timer = undefined;
      this.#waiting.shift();
      if (chunk.bytes.length > 0) this.#deliver(chunk.bytes);
      chunk.arrived();
      this.#next();
    });
  }
}
