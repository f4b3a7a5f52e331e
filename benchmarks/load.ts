/**
 * Clients that ask as fast as they are answered, one request after the other on a connection each: raw sockets and the
 * least of HTTP, so that what is measured is who answers, not who asks.
 */
import { connect, type Socket } from "node:net";
import { processorMs } from "../test/processor.ts";

/** Who has not answered by then does not answer. */
const maxMs = 30_000;

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
  /** The bytes of the next request. */
  readonly request: () => string;
  /** Who answers, to tell what it costs him. */
  readonly pid: number;
  /** What stands in each answer that counts; nothing of the kind, unless told. */
  readonly told?: string;
}

export interface Answers {
  readonly perSecond: number;
  /** How long each took; ms. */
  readonly took: readonly number[];
  /** Processor time of who answers, all of his threads, for each; µs. */
  readonly cpuEach: number;
}

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as it goes over the wire. */
export function requestOf({
  method = "POST",
  path,
  headers = {},
  body = method === "POST" ? "{}" : "",
}: Asked): string {
  const content = body === "" ? {} : { "content-type": "application/json", "content-length": body.length };
  const all = { host: "127.0.0.1", ...content, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** Of an invocation that has come to its end, as benchd answers. */
export const completion = '"status":"completed"';

/** Rejects as soon as one of them is refused, or not told what it should be. */
export async function load({ port, connections, ms, request, pid, told = "" }: Load): Promise<Answers> {
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.open(port)));
  const took: number[] = [];
  const before = processorMs(pid);
  const begun = performance.now();
  const until = begun + ms;
  await Promise.all(
    clients.map(async (client) => {
      for (let from = performance.now(); from < until; ) {
        const body = await client.ask(request());
        if (!body.includes(told)) throw new Error(`not what was asked for: ${body}`);
        const now = performance.now();
        took.push(now - from);
        from = now;
      }
    }),
  );
  const passed = performance.now() - begun;
  const cpuEach = ((processorMs(pid) - before) * 1000) / took.length;
  for (const client of clients) client.close();
  return { perSecond: (took.length / passed) * 1000, took, cpuEach };
}

const warmRequests = 15_000;
const warmMaxMs = 20_000;

/** Until its code has been compiled, as that of a gateway is that has run for a minute. */
export async function warmUp(doer: Omit<Load, "connections" | "ms">): Promise<void> {
  const until = performance.now() + warmMaxMs;
  for (let done = 0; done < warmRequests && performance.now() < until; )
    done += (await load({ ...doer, connections: 16, ms: 500 })).took.length;
}

/** A connection that is kept alive. */
export class Client {
  readonly #socket: Socket;
  #got: Buffer = Buffer.alloc(0);
  #resolve: (body: string) => void = () => {};
  #reject: (error: Error) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(maxMs, () => socket.destroy());
    socket.on("data", (data) => this.#read(data));
    socket.on("error", (error) => this.#reject(error));
    socket.on("close", () => this.#reject(new Error("the connection was closed before an answer came")));
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new Client(socket)));
      socket.once("error", reject);
    });
  }

  /** The body of its answer; rejects unless that is a success. One at a time. */
  ask(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    const got = this.#got.length === 0 ? data : Buffer.concat([this.#got, data]);
    this.#got = got;
    const end = got.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = got.toString("latin1", 0, end);
    const body = bodyOf(head, got, end + 4);
    if (body === undefined) return;
    this.#got = Buffer.alloc(0);
    if (head[9] === "2") this.#resolve(body);
    else this.#reject(new Error(`refused: ${head}\n${body}`));
  }
}

/** Undefined until all of it has come. */
function bodyOf(head: string, got: Buffer, from: number): string | undefined {
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
  if (length !== undefined) return got.length < from + Number(length) ? undefined : got.toString("latin1", from);
  if (!/^transfer-encoding: *chunked/im.test(head)) return "";
  return got.subarray(-5).equals(lastChunk) ? got.toString("latin1", from) : undefined;
}

const lastChunk = Buffer.from("0\r\n\r\n");
