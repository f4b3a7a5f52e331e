import { UnreachableError } from "./errors.ts";

/** A message of a stream of Server-Sent Events. */
export interface Message {
  /** Where to resume after it: the last id that was told. */
  readonly id: string | undefined;
  /** Its type: "message" unless told; "" for what is none, and only tells an id, or how long to wait. */
  readonly event: string;
  readonly data: string;
  /** How long to wait before a stream that has broken off is asked for again, ms: the last that was told. */
  readonly retry: number | undefined;
}

/** A message, or a line of it, that is longer is not kept; characters. A gateway sends no such one. */
const maxLength = 4 * 1024 * 1024;

/**
 * The messages of a stream, as the WHATWG says. What it ends in the middle of is left out. `heard` is told of whatever comes,
 * comments too. Throws what reading throws, and `UnreachableError` at a message that is too long; the stream is cancelled
 * when nobody wants more.
 */
export async function* messages(body: ReadableStream<Uint8Array>, heard?: () => void): AsyncGenerator<Message> {
  const reader = body.getReader();
  const parser = new Parser();
  const decoder = new TextDecoder();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      heard?.();
      yield* parser.feed(decoder.decode(read.value, { stream: true }));
    }
  } finally {
    // What has failed cannot be cancelled any more.
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

class Parser {
  #rest = "";
  /** The last line has ended with a CR: an LF would be the rest of its end. */
  #afterReturn = false;
  #id: string | undefined;
  #retry: number | undefined;
  #event = "";
  #data: string[] = [];
  #length = 0;
  /** Since the last empty line an id or a time was told. */
  #told = false;

  *feed(text: string): Generator<Message> {
    if (text === "") return;
    const came = this.#afterReturn && text.startsWith("\n") ? text.slice(1) : text;
    this.#afterReturn = text.endsWith("\r");
    const [first = "", ...others] = came.split(/\r\n|\r|\n/);
    const lines = [this.#rest + first, ...others];
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") yield* this.#dispatch();
      else this.#field(line);
    }
    if (this.#rest.length + this.#length > maxLength) throw new UnreachableError("a message of the stream is too long");
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") {
      this.#data.push(value);
      this.#length += value.length + 1;
    } else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) {
      this.#id = value;
      this.#told = true;
    } else if (name === "retry" && /^\d+$/.test(value)) {
      this.#retry = Number(value);
      this.#told = true;
    }
  }

  *#dispatch(): Generator<Message> {
    const [event, data, told] = [this.#event, this.#data, this.#told];
    [this.#event, this.#data, this.#length, this.#told] = ["", [], 0, false];
    const where = { id: this.#id, retry: this.#retry };
    if (data.join("\n") !== "" || data.length > 1) yield { ...where, event: event || "message", data: data.join("\n") };
    else if (told) yield { ...where, event: "", data: "" };
  }
}
