import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

interface Opening {
  /** Beside those of every handshake. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it answers pings; it does unless told. */
  readonly answers?: boolean;
  /** By this connection; by one of its own unless told. */
  readonly socket?: Socket;
}

/** Kinds of frames, by their numbers in RFC 6455. */
const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket client of our own, on a real socket, which may also misbehave. */
export class SocketClient {
  /** The texts that have come and nobody has taken. */
  readonly received: string[] = [];
  /** The code by which the server has closed it; undefined when it just hung up. */
  readonly closed: Promise<number | undefined>;
  readonly socket: Socket;
  /** Of the answer that has opened it. */
  readonly head: string;
  readonly #answers: boolean;
  #rest: Buffer;
  #code: number | undefined;
  #pongs: (() => void)[] = [];

  private constructor(socket: Socket, head: string, rest: Buffer, answers: boolean) {
    this.socket = socket;
    this.head = head;
    this.#answers = answers;
    this.#rest = rest;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve(this.#code)));
    socket.on("data", (data: Buffer) => this.#take(data));
    this.#take(Buffer.alloc(0));
  }

  /** Rejects with the head of the answer when it is none that opens a WebSocket. */
  static open(url: string, { headers = {}, answers = true, ...by }: Opening = {}): Promise<SocketClient> {
    const { hostname, port, host, pathname } = new URL(url);
    const socket = by.socket ?? connect(Number(port), hostname);
    const all = {
      ...{ host, connection: "Upgrade", upgrade: "websocket" },
      ...{ "sec-websocket-version": "13", "sec-websocket-key": randomBytes(16).toString("base64") },
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write([`GET ${pathname} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    return new Promise((resolve, reject) => {
      let came = Buffer.alloc(0);
      const read = (data: Buffer) => {
        came = Buffer.concat([came, data]);
        const end = came.indexOf("\r\n\r\n");
        if (end === -1 || !came.toString("latin1").startsWith("HTTP/1.1 101")) return;
        socket.off("data", read).off("close", refused);
        resolve(new SocketClient(socket, came.toString("latin1", 0, end), came.subarray(end + 4), answers));
      };
      const refused = () => reject(new Error(came.toString("latin1")));
      socket.on("data", read).once("close", refused).on("error", ignored);
    });
  }

  send(message: unknown): void {
    this.sendFrame("text", typeof message === "string" ? message : JSON.stringify(message));
  }

  sendFrame(kind: keyof typeof opcodes, content: string | Buffer): void {
    const payload = Buffer.from(content);
    const mask = randomBytes(4);
    const masked = payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcodes[kind]]), lengthOf(payload), mask, masked]));
  }

  /** Resolves when all that the server has sent by now has come. */
  caughtUp(): Promise<void> {
    this.sendFrame("ping", "");
    return new Promise((resolve) => this.#pongs.push(resolve));
  }

  #take(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (let frame = frameIn(this.#rest); frame; frame = frameIn(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.end);
      this.#heard(frame.opcode, frame.payload);
    }
  }

  #heard(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.received.push(payload.toString());
    else if (opcode === opcodes.pong) this.#pongs.shift()?.();
    else if (opcode === opcodes.ping && this.#answers) this.sendFrame("pong", payload);
    else if (opcode === opcodes.close) {
      this.#code = payload.readUInt16BE(0);
      if (this.#answers) this.sendFrame("close", payload.subarray(0, 2));
    }
  }
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

/** The frame that the bytes begin with, once all of it is there; a server masks none. */
function frameIn(bytes: Buffer): Frame | undefined {
  const [first = 0, second = 0] = bytes;
  const head = second === 127 ? 10 : second === 126 ? 4 : 2;
  if (bytes.length < head) return undefined;
  const length = head === 10 ? Number(bytes.readBigUInt64BE(2)) : head === 4 ? bytes.readUInt16BE(2) : second;
  const end = head + length;
  return bytes.length < end ? undefined : { opcode: first & 0xf, payload: bytes.subarray(head, end), end };
}

/** The length of what a client sends, which is masked. */
function lengthOf({ length }: Buffer): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const long = Buffer.alloc(length < 65_536 ? 3 : 9, 0);
  long[0] = 0x80 | (length < 65_536 ? 126 : 127);
  if (length < 65_536) long.writeUInt16BE(length, 1);
  else long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

const ignored = () => {};
