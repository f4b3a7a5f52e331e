import { connect, type Socket } from "node:net";
import { realClock } from "../clock.ts";
import { DisconnectedError } from "../errors.ts";
import type { ByteListener, ByteStream, LineSettings, OpenByteStream } from "./byte-stream.ts";
import { addressText, type PortOptions, quietAfterOpening, type TcpAddress } from "./ports/wiring.ts";
import { Writing } from "./writing.ts";

/** A serial server that does not take the call in this time is away. */
const connectMs = 5000;
/** A peer that is gone without a word is missed after this long, and ten more probes of a second each. */
const keepAliveMs = 5000;

/** The far end of a TCP connection, such as a serial server with a device behind it; its line is set up there. */
export function openTcp(address: TcpAddress, options: PortOptions = {}): OpenByteStream {
  return async (settings, listener) => new TcpStream(await called(address), { address, options, settings, listener });
}

function called(address: TcpAddress): Promise<Socket> {
  const socket = connect({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs });
  const name = addressText({ tcp: address });
  return new Promise((resolve, reject) => {
    const refuse = (why: string, cause?: Error) => {
      timer.cancel();
      socket.destroy();
      const remedy = "check its power, its network, and that nobody else has it open";
      reject(new DisconnectedError(`${name} ${why}: ${remedy}`, { cause }));
    };
    const timer = realClock.after(connectMs, () => refuse(`does not answer within ${connectMs / 1000} s`));
    const failed = (cause: Error) => refuse(`cannot be reached (${reasonOf(cause)})`, cause);
    socket.once("error", failed);
    socket.once("connect", () => {
      timer.cancel();
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

/** The code where there is one: several addresses of a name fail with an error of no words. */
const reasonOf = (cause: Error) => ("code" in cause && typeof cause.code === "string" ? cause.code : cause.message);

interface Called {
  readonly address: TcpAddress;
  readonly options: PortOptions;
  readonly settings: LineSettings;
  readonly listener: ByteListener;
}

class TcpStream implements ByteStream {
  readonly openQuietMs: number;
  readonly #socket: Socket;
  readonly #name: string;
  readonly #listener: ByteListener;
  readonly #writing: Writing;
  readonly #closed: Promise<void>;
  #ended = false;

  constructor(socket: Socket, { address, options, settings, listener }: Called) {
    this.#socket = socket;
    this.#name = addressText({ tcp: address });
    this.#listener = listener;
    this.openQuietMs = quietAfterOpening(options);
    this.#writing = new Writing(settings.baudRate, options.writeTimeoutMs, (error) => this.#lose(error));
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (bytes: Buffer) => this.#ended || listener.data(bytes));
    socket.on("error", (error) => this.#lose(error));
    // A server that says good-bye has nothing more to say, and takes nothing more.
    socket.on("end", () => this.#lose(new DisconnectedError(`${this.#name} has ended the connection`)));
    socket.on("close", () => this.#lose(new DisconnectedError(`${this.#name} is gone`)));
  }

  /** Resolves when the system has taken the bytes, which may be before they have left. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.reject(this.#gone());
    const copy = Buffer.from(bytes);
    return this.#writing.run(
      copy,
      (taken) => this.#socket.write(copy, taken),
      (cause) => this.#gone(cause),
    );
  }

  close(): Promise<void> {
    const blocked = this.#writing.pending;
    this.#end();
    // What has been written leaves first, unless the other end does not take it.
    if (blocked) this.#socket.destroy();
    else this.#socket.destroySoon();
    return this.#closed;
  }

  #lose(cause: Error): void {
    this.#end(cause);
    this.#socket.destroy();
  }

  #end(cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#writing.fail(this.#gone(cause));
    this.#listener.closed(cause && this.#gone(cause));
  }

  #gone(cause?: Error): DisconnectedError {
    const how = cause ? "disconnected: check its power and its network" : "closed";
    return new DisconnectedError(`${this.#name} is ${how}`, { cause });
  }
}
