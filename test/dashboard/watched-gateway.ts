import { type Line, linesOf } from "../../dashboard/plot/line.ts";
import { Watcher } from "../../dashboard/plot/watcher.ts";
import { Connection } from "../../src/client/connection.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

const started = Date.parse("2026-11-21T09:00:00Z");

/** A gateway that says what it is told to, to one who watches numbers of it. */
export class WatchedGateway {
  readonly clock = new DiscreteClock();
  readonly watcher: Watcher;
  /** What can be read, by path; what is not here is refused. */
  readonly values = new Map<string, unknown>();
  /** What was asked for. */
  readonly asked: string[] = [];
  /** Until a reading comes; ms. */
  slowMs = 0;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #number = 0;

  constructor() {
    const fetch = async (input: unknown, { signal }: RequestInit = {}) => this.#answer(String(input), signal);
    const connection = new Connection({
      url: "http://bench",
      fetch: fetch as typeof globalThis.fetch,
      clock: this.clock,
    });
    this.watcher = new Watcher({ connection, now: () => this.now, prefix: () => "" });
  }

  get now(): number {
    return started + this.clock.now();
  }

  /** A number of a Thing, as its description would tell it. */
  line(key: string, observable = true): Line {
    const [thing = "", property = "", field] = key.split(".");
    const number = { type: "number" } as const;
    const schema = field === undefined ? number : ({ type: "object", properties: { [field]: number } } as const);
    const [line] = linesOf(thing, { title: thing, properties: { [property]: { ...schema, observable } } });
    if (!line) throw new RangeError(`${key} is no number`);
    return line;
  }

  /** Something happens, `ago` ms before it is told. */
  async tell(event: Readonly<Record<string, unknown>>, ago = 0): Promise<void> {
    const data = { number: ++this.#number, at: new Date(this.now - ago).toISOString(), ...event };
    this.#send(`id: x-${this.#number}\nevent: ${event["kind"]}\ndata: ${JSON.stringify(data)}\n\n`);
    await this.pass(0);
  }

  async lose(): Promise<void> {
    this.#stream?.close();
    this.#stream = undefined;
    await settled();
  }

  async pass(ms: number): Promise<void> {
    await settled();
    await this.clock.advance(ms);
    await settled();
  }

  get listening(): boolean {
    return this.#stream !== undefined;
  }

  #send(text: string): void {
    this.#stream?.enqueue(new TextEncoder().encode(text));
  }

  async #answer(url: string, signal: AbortSignal | null | undefined): Promise<Response> {
    const { pathname, search } = new URL(url);
    this.asked.push(pathname + search);
    if (pathname !== "/events") {
      const value = this.values.get(pathname.slice(1));
      if (this.slowMs > 0) await new Promise<void>((go) => void this.clock.after(this.slowMs, go));
      return Response.json(value ?? { detail: "not ready" }, { status: value === undefined ? 503 : 200 });
    }
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#stream = stream;
        signal?.addEventListener("abort", () => {
          if (this.#stream === stream) this.#stream = undefined;
          stream.error(signal.reason);
        });
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}

/** What has come is worked through. */
const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};
