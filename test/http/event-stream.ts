import { connect, type Socket } from "node:net";

/** A message of a stream, and the id that a client would resume from after it. */
export interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Told of each message, and of an id that comes without one. */
export type Hear = (id: string, message?: Message) => void;

/** Reads Server-Sent Events as the specification of the W3C and WHATWG says. */
export class EventStreamReader {
  readonly messages: Message[] = [];
  readonly #hear: Hear;
  /** From where to resume. */
  lastEventId: string | undefined;
  retryMs: number | undefined;
  /** Lines that begin with a colon. */
  comments = 0;
  #rest = "";
  #event = "";
  readonly #data: string[] = [];
  #id: string | undefined;

  constructor(hear: Hear = () => {}) {
    this.#hear = hear;
  }

  feed(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") this.#dispatch();
    else this.#field(line);
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "") this.comments++;
    else if (field === "id") this.#id = value;
    else if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "retry") this.retryMs = Number(value);
    else throw new Error(`there is no field ${field}`);
  }

  #dispatch(): void {
    this.lastEventId = this.#id;
    const [id = "", data] = [this.#id, this.#data.splice(0)];
    const message = data.length > 0 ? { id, event: this.#event || "message", data: data.join("\n") } : undefined;
    this.#event = "";
    if (message) this.messages.push(message);
    if (message || this.#id !== undefined) this.#hear(id, message);
  }
}

/** Listens over a socket of its own. */
export class Listener extends EventStreamReader {
  readonly socket: Socket;
  status = 0;
  readonly headers = new Map<string, string>();
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  #head = "";

  constructor(origin: URL, path: string, headers: Readonly<Record<string, string>> = {}, hear?: Hear) {
    super(hear);
    this.socket = connect(Number(origin.port), origin.hostname).setEncoding("utf8");
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    // The server hangs up on some.
    this.socket.on("error", () => {});
    const lines = Object.entries({ host: origin.host, ...headers }).map(([name, value]) => `${name}: ${value}`);
    this.socket.write([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    this.socket.on("data", (text: string) => this.#take(text));
  }

  leave(): Promise<void> {
    this.socket.destroy();
    return this.closed;
  }

  #take(text: string): void {
    if (this.status > 0) this.feed(text);
    else this.#takeHead(text);
  }

  #takeHead(text: string): void {
    this.#head += text;
    const end = this.#head.indexOf("\r\n\r\n");
    if (end === -1) return;
    const [first = "", ...lines] = this.#head.slice(0, end).split("\r\n");
    for (const line of lines) {
      const colon = line.indexOf(":");
      this.headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    this.status = Number(first.split(" ")[1]);
    const body = this.#head.slice(end + 4);
    if (this.status === 200) this.feed(body);
  }
}
