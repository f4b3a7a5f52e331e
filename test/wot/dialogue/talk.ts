import type { Answer, Request, Wire } from "../wire.ts";

/** A request, what came of it, and what it was about: `counter`, `counter.gain`. */
export interface Exchange {
  readonly about: string;
  readonly request: Request;
  readonly answer: Answer;
}

/** A consumer of the profiles: sends what they say, and keeps all that is said. */
export class Talk {
  readonly wire: Wire;
  readonly exchanges: Exchange[] = [];
  /** How long it waits for a message that may come, in ms of real time. */
  readonly patienceMs: number;

  constructor(wire: Wire, patienceMs = 10_000) {
    this.wire = wire;
    this.patienceMs = patienceMs;
  }

  /** GET, as for `readproperty`, `readallproperties`, `queryaction` and `queryallactions`. */
  get(about: string, url: string, accept = "application/json"): Promise<Exchange> {
    return this.send(about, { method: "GET", url, headers: { accept } });
  }

  /** PUT, as for `writeproperty` and `writemultipleproperties`. */
  put(about: string, url: string, value: unknown): Promise<Exchange> {
    return this.send(about, { method: "PUT", url, headers: json, body: JSON.stringify(value) });
  }

  /** POST, as for `invokeaction`; no input is no body, and no content type. */
  invoke(about: string, url: string, input: unknown): Promise<Exchange> {
    const accept = { accept: "application/json" };
    if (input === undefined) return this.send(about, { method: "POST", url, headers: accept });
    return this.send(about, { method: "POST", url, headers: { ...accept, ...json }, body: JSON.stringify(input) });
  }

  /** DELETE, as for `cancelaction`. */
  cancel(about: string, url: string): Promise<Exchange> {
    return this.send(about, { method: "DELETE", url });
  }

  async send(about: string, request: Request): Promise<Exchange> {
    const exchange = { about, request, answer: await this.wire.ask(request) };
    this.exchanges.push(exchange);
    return exchange;
  }
}

const json = { "content-type": "application/json" };
