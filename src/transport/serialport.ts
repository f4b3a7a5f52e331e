import { SerialPort } from "serialport";
import { realClock } from "../clock.ts";
import { ConfigError, DisconnectedError } from "../errors.ts";
import type { ByteListener, ByteStream, LineSettings, ModemLines, OpenByteStream } from "./byte-stream.ts";
import { Offering } from "./offering.ts";
import { PortGuard } from "./port-guard.ts";
import { refusalOf } from "./port-refusal.ts";
import { pathLeads } from "./ports/find.ts";
import { assertTaken } from "./ports/taken-settings.ts";
import { type PortOptions, quietAfterOpening } from "./ports/wiring.ts";
import { serialPortModem } from "./serialport-modem.ts";
import { Writing } from "./writing.ts";

/** The serial port at a path; it is opened for us alone, and set up as asked or not at all. */
export function openSerialPort(path: string, options: PortOptions = {}): OpenByteStream {
  const open = async (settings: LineSettings, listener: ByteListener): Promise<ByteStream> => {
    const guard = await PortGuard.take(path);
    try {
      const port = await openWith(guard.node, settings, options);
      return new PortStream(
        { port, guard, settings, options, modem: await setUp(port, guard, settings, options) },
        listener,
      );
    } catch (cause) {
      await guard.free();
      throw await refusalOf(path, cause);
    }
  };
  return Object.assign(open, { present: () => pathLeads(path) });
}

async function openWith(node: string, settings: LineSettings, { flowControl }: PortOptions): Promise<SerialPort> {
  const { baudRate, dataBits = 8, parity = "none", stopBits = 1 } = settings;
  const software = flowControl === "software";
  const port = new SerialPort({
    ...{ path: node, baudRate, dataBits, parity, stopBits, autoOpen: false },
    ...{ rtscts: flowControl === "hardware", xon: software, xoff: software },
    // The lock is the guard's; and serialport's hupcl can switch on, but never off.
    ...{ lock: false, hupcl: false },
  });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  return port;
}

/** What serialport does not do, or does not tell when it has failed. */
async function setUp(port: SerialPort, { tty, path, pseudo }: PortGuard, settings: LineSettings, options: PortOptions) {
  const modem = serialPortModem(port);
  try {
    tty.exclude();
    const taken = tty.settings();
    if (!taken) throw new DisconnectedError(`${path} was disconnected as it was opened`);
    assertTaken(path, { ...settings, flowControl: options.flowControl ?? "none" }, taken, pseudo);
    const { hupcl, dtr, rts } = options;
    if (hupcl !== undefined && !tty.setHangUpOnClose(hupcl) && tty.isAlive())
      throw new ConfigError(`${path} does not take hupcl: ${hupcl}: leave it out of its entry`);
    // The system has raised both as it opened the port.
    if (dtr === false || rts === false) await modem.set({ dtr: dtr ?? true, rts: rts ?? true });
    return modem;
  } catch (error) {
    await new Promise<void>((resolve) => port.close(() => resolve()));
    throw error;
  }
}

/** How often to look whether the device is still there: a port that is hung up while it is read tells nobody. */
const presenceMs = 100;
/** What has been written may leave before the port is closed, if it does so soon. */
const drainMs = 500;
const drainStepMs = 10;

interface Opened {
  readonly port: SerialPort;
  readonly guard: PortGuard;
  readonly settings: LineSettings;
  readonly options: PortOptions;
  readonly modem: ModemLines;
}

class PortStream implements ByteStream {
  readonly modem: ModemLines;
  readonly openQuietMs: number;
  readonly #port: SerialPort;
  readonly #guard: PortGuard;
  readonly #listener: ByteListener;
  readonly #presence: NodeJS.Timeout;
  readonly #writing: Writing;
  readonly #offering: Offering;
  #closing: Promise<void> | undefined;
  #ended = false;

  constructor({ port, guard, settings, options, modem }: Opened, listener: ByteListener) {
    this.#port = port;
    this.#guard = guard;
    this.#listener = listener;
    this.modem = modem;
    this.openQuietMs = quietAfterOpening(options);
    this.#offering = new Offering((bytes) => guard.offer(bytes));
    this.#writing = new Writing(settings.baudRate, options.writeTimeoutMs, (error) => this.#lose(error));
    // Without a reader nobody would learn that the device is gone.
    port.on("data", (bytes: Buffer) => this.#ended || listener.data(bytes));
    port.on("error", (error) => this.#lose(error));
    port.on("close", (error?: Error | null) => this.#lose(error ?? new DisconnectedError(`${guard.path} was closed`)));
    this.#presence = setInterval(() => {
      if (!guard.tty.isAlive()) this.#lose(new DisconnectedError(`${guard.path} is gone`));
    }, presenceMs);
    this.#presence.unref();
  }

  /** Resolves when the system has taken the bytes, which may be before they have left. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || this.#closing) return Promise.reject(this.#gone());
    return this.#writing.run(
      bytes,
      (taken) =>
        this.#offering.add(bytes, (error) => {
          if (error) this.#lose(error);
          taken(error);
        }),
      (cause) => this.#gone(cause),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async #shut(): Promise<void> {
    const { tty } = this.#guard;
    const blocked = this.#writing.pending;
    if (!this.#ended && !blocked)
      for (let waited = 0; waited < drainMs && tty.waiting() > 0; waited += drainStepMs)
        await new Promise<void>((resolve) => realClock.after(drainStepMs, resolve));
    this.#end();
    // What a blocked device never takes would keep the system closing the port for half a minute.
    if (blocked || tty.waiting() > 0) tty.discard();
    if (this.#port.isOpen) await new Promise<void>((resolve) => this.#port.close(() => resolve()));
    await this.#guard.free();
  }

  #lose(cause: Error): void {
    this.#end(cause);
    void this.close();
  }

  #end(cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#presence);
    this.#offering.stop();
    this.#writing.fail(this.#gone(cause));
    this.#listener.closed(cause && this.#gone(cause));
  }

  #gone(cause?: Error): DisconnectedError {
    const how = cause ? "disconnected: check its cable" : "closed";
    return new DisconnectedError(`${this.#guard.path} is ${how}`, { cause });
  }
}
