import { type Clock, passingTime } from "./clock.ts";
import { BenchError, RefusedError, UnreachableError } from "./errors.ts";

/** Where a gateway is, and how it is asked. */
export interface ConnectionOptions {
  /** Where the gateway is, such as `http://127.0.0.1:5000`. What stands in its path is put before every path. */
  readonly url: string | URL;
  /** A token, or a session; or what tells it at each request. */
  readonly token?: string | (() => string | undefined) | undefined;
  /** Sends the requests; that of the browser, or of Node, unless told. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** What waiting goes by; for tests. */
  readonly clock?: Clock | undefined;
}

type QueryValue = string | number | boolean;

/** What goes with a request. */
export interface RequestOptions {
  /** A list is one key several times; what is undefined is left out. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>> | undefined;
  /** Further fields of its head. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Aborting it gives the request up; what it has begun at the gateway goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** The same, with something to send. */
export interface SendOptions extends RequestOptions {
  /** Sent as JSON; nothing is, when it is undefined. */
  readonly body?: unknown;
}

/** What the gateway has said, when it was no refusal. */
export interface Answer {
  /** 200 to 299, or 304. */
  readonly status: number;
  readonly headers: Headers;
  /** What the JSON says; a text when it is none, undefined when there is none. */
  readonly body: unknown;
}

/**
 * Asks a gateway. All of it throws `RefusedError` when the gateway says no, `UnreachableError` when there is none, or its
 * answer breaks off, and what `signal` was aborted with. It sends no cookies, keeps no answers, and follows no redirect,
 * so that a token goes nowhere else.
 */
export class Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly clock: Clock;
  readonly #token: () => string | undefined;
  readonly #fetch: typeof globalThis.fetch;

  constructor({ url, token, fetch, clock = passingTime }: ConnectionOptions) {
    this.url = checked(url);
    this.clock = clock;
    this.#token = typeof token === "function" ? token : () => token;
    // A browser's own wants to be called as a function of the page.
    this.#fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** What is at `path`. */
  async get(path: string, options: RequestOptions = {}): Promise<unknown> {
    return (await this.request("GET", path, options)).body;
  }

  /** Names in `path` are to be encoded already. */
  async request(method: string, path: string, options: SendOptions = {}): Promise<Answer> {
    const response = await this.#send(method, path, options);
    const { status, headers } = response;
    return { status, headers, body: await this.#read(response, options.signal) };
  }

  /** An answer whose body is still to be read: who does not want it any more has to cancel it, or abort `signal`. */
  open(path: string, options: RequestOptions = {}): Promise<Response> {
    return this.#send("GET", path, options);
  }

  async #send(method: string, path: string, { query, body, headers, signal }: SendOptions): Promise<Response> {
    const init = {
      method,
      credentials: "omit",
      cache: "no-store",
      redirect: "manual",
      headers: { ...headers, ...this.#identity(), ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    } as const;
    const address = `${this.url}${path}${search(query)}`;
    signal?.throwIfAborted();
    const response = await this.#fetch(address, init).catch((cause) =>
      this.#lost("no gateway answers at", cause, signal),
    );
    if (response.ok || response.status === 304) return response;
    throw await this.#refusal(response, signal);
  }

  #identity(): { readonly authorization?: string } {
    const token = this.#token();
    if (token === undefined || token === "") return {};
    if (!/^[\x21-\x7e]+$/.test(token)) throw new BenchError("that is no token: it has letters, digits, _ and - only");
    return { authorization: `Bearer ${token}` };
  }

  async #read(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
    const text = await response.text().catch((cause) => this.#lost("an answer has broken off at", cause, signal));
    if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) return text === "" ? undefined : text;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new UnreachableError(`what answers at ${this.url} sends JSON that is none`, { cause });
    }
  }

  async #refusal(response: Response, signal: AbortSignal | undefined): Promise<RefusedError> {
    // A browser does not tell which redirect it was.
    if (response.type === "opaqueredirect" || response.status < 400) {
      await response.body?.cancel();
      const detail = `what is at ${this.url} leads elsewhere, which is not followed: give the address that it has`;
      return new RefusedError(response.status, { detail });
    }
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    // Whatever stands in between may refuse in words of its own, or break off: it is refused all the same.
    const problem = await this.#read(response, signal).catch(() => undefined);
    signal?.throwIfAborted();
    return new RefusedError(response.status, problem, Number.isFinite(seconds) ? 1000 * seconds : undefined);
  }

  #lost(what: string, cause: unknown, signal: AbortSignal | undefined): never {
    signal?.throwIfAborted();
    throw new UnreachableError(`${what} ${this.url}`, { cause });
  }
}

function checked(url: string | URL): string {
  const text = String(url);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new BenchError(`"${text}" is no address of a gateway, such as http://127.0.0.1:5000`);
  if (parsed.username !== "" || parsed.password !== "")
    throw new BenchError("an address takes no name and no password: give a token");
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`;
}

function search(query: RequestOptions["query"] = {}): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}
