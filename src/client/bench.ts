import { Connection, type ConnectionOptions, type RequestOptions } from "./connection.ts";
import type { AnyContract, BlobLink } from "./contract.ts";
import { BenchError, UnreachableError } from "./errors.ts";
import { type BenchEvent, type FollowOptions, follow } from "./events.ts";
import { type Invocation, type InvokeOptions, invocation } from "./invocation.ts";
import { Lease, type LeaseTerms } from "./lease.ts";
import { once } from "./once.ts";
import type { Reach } from "./reach.ts";
import { type ReadOptions, readMs, Thing } from "./thing.ts";
import { within } from "./waiting.ts";

/** How a gateway is asked. */
export interface ConnectOptions extends Omit<ConnectionOptions, "url"> {
  /** `prefix` of the gateway's configuration, such as `/api/v1`, where it has one. */
  readonly prefix?: string | undefined;
  /** How long the gateway may be away while an invocation is waited for, ms; 10 minutes unless told. */
  readonly bridgeMs?: number | undefined;
}

/** How a Thing is. */
export interface ThingState {
  readonly title: string;
  /** `ready` when it takes work. */
  readonly state: string;
  /** Why it does not. */
  readonly reason: string | null;
  /** What runs. */
  readonly running: string | null;
  /** How many wait. */
  readonly queued: number;
}

/** A question to whoever stands at the bench. */
export interface Prompt {
  readonly id: string;
  readonly message: string;
  /** What an answer has to be like, as JSON Schema; null where it is only to be said that it is done. */
  readonly schema: unknown;
  readonly leftMs: number | null;
  /** Who asks. */
  readonly thing: string;
  readonly action: string;
  readonly invocation: { readonly id: string; readonly thing: string; readonly action: string };
}

/** What became of the emergency stop. */
export interface StopReport {
  /** By Thing; null when not all have confirmed within 2 s. It has been sent to all in any case. */
  readonly things: Readonly<Record<string, { readonly confirmed: boolean; readonly error?: string }>> | null;
  /** It is on the disk, and would still be latched after a power cut. */
  readonly persisted: boolean | null;
}

/** How often the stop is sent before the caller is told that it cannot be. */
const stopAttempts = 3;
const stopMs = 5000;

/** A gateway and its Things. Makes no request by itself. */
export class Bench<Things = Readonly<Record<string, AnyContract>>> {
  readonly connection: Connection;
  readonly #reach: Reach;

  constructor(url: string | URL, { prefix = "", bridgeMs = 600_000, ...options }: ConnectOptions = {}) {
    this.connection = new Connection({ url, ...options });
    this.#reach = { connection: this.connection, prefix: prefix.replace(/\/+$/, ""), bridgeMs };
  }

  /** How each Thing is, by its name. */
  async things(options: ReadOptions = {}): Promise<Readonly<Record<string, ThingState>>> {
    return (await this.#get("/thing_states", options)) as Readonly<Record<string, ThingState>>;
  }

  /** A Thing by its name. Nothing is asked yet: whether there is one shows when it is used. */
  thing<N extends keyof Things & string>(name: N): Thing<Things[N]>;
  /** With a contract of its own. */
  thing<C = undefined>(name: C extends undefined ? never : string): Thing<C>;
  thing(name: string): Thing {
    return new Thing(this.#reach, name);
  }

  /** The Thing Description of each Thing, by its name. */
  async describe(options: ReadOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#get(`${this.#reach.prefix}/thing_descriptions/`, options)) as Readonly<Record<string, unknown>>;
  }

  /** What happens, as it happens; see `follow`. */
  events(options: FollowOptions = {}): AsyncGenerator<BenchEvent> {
    return follow(this.connection, options);
  }

  /** One that is under way, or has ended not too long ago: by its id, as after a page was loaded anew. */
  invocation<Output = unknown>(
    id: string,
    options: Pick<InvokeOptions, "signal" | "onProgress" | "onLog"> = {},
  ): Invocation<Output> {
    return invocation<Output>(this.#reach, { id }, options);
  }

  /** What somebody at the bench is asked now. */
  async prompts(options: ReadOptions = {}): Promise<readonly Prompt[]> {
    return (await this.#get("/gateway/prompts", options)) as readonly Prompt[];
  }

  /** Answer a prompt; `null` where no value is asked for. Throws `RefusedError` when somebody else was first. */
  async answer(prompt: string, value: unknown = null, { signal }: ReadOptions = {}): Promise<void> {
    const path = `/gateway/prompts/${encodeURIComponent(prompt)}/answer`;
    await once(this.connection, { method: "POST", path, body: value, signal });
  }

  /** The bytes that an output stands for. */
  async blob({ href }: BlobLink, { signal }: ReadOptions = {}): Promise<Blob> {
    // By whichever address the gateway was asked then.
    const id = /\/blob\/([-\w]+)$/.exec(href)?.[1];
    if (id === undefined) throw new BenchError(`"${href}" is no blob of a gateway`);
    const response = await this.connection.open(`${this.#reach.prefix}/blob/${id}`, { ...(signal && { signal }) });
    return response.blob().catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new UnreachableError("a blob has broken off", { cause });
    });
  }

  /** Have Things for oneself: all of them, or none. */
  lease(things: readonly string[], terms: LeaseTerms = {}): Promise<Lease> {
    return Lease.take(this.#reach, things, terms);
  }

  /**
   * Stop everything that moves, now. It is a software stop, no safety function. Throws `UnreachableError` when no gateway
   * has answered: it may not have been pressed.
   */
  async emergencyStop(reason?: string): Promise<StopReport> {
    const options: RequestOptions = { query: { reason } };
    for (let attempt = 1; ; attempt++) {
      try {
        const { body } = await within(this.connection.clock, stopMs, undefined, (signal) =>
          this.connection.request("POST", "/emergency_stop", { ...options, signal }),
        );
        return body as StopReport;
      } catch (error) {
        // Each press counts, so it may be pressed again.
        if (!(error instanceof UnreachableError) || attempt === stopAttempts) throw error;
      }
    }
  }

  /** Let work begin again. Throws `RefusedError` when it was cleared and pressed anew before that has arrived. */
  async clearEmergencyStop(reason?: string): Promise<void> {
    const { at } = (await this.#get("/emergency_stop", {})) as { readonly at: string | null };
    // What is lost on the way is sent again, and nobody has looked at a stop that was pressed since.
    const which = { ...(at !== null && { pressed: at }), ...(reason !== undefined && { reason }) };
    await once(this.connection, { method: "DELETE", path: `/emergency_stop?${new URLSearchParams(which)}` });
  }

  #get(path: string, { signal }: ReadOptions): Promise<unknown> {
    const { connection } = this;
    return within(connection.clock, readMs, signal, (limit) => connection.get(path, { signal: limit }));
  }
}

/** The gateway at an address. `Things` says what there is, as `benchd types` writes it: `connect<Things>("http://…")`. */
export const connect = <Things = Readonly<Record<string, AnyContract>>>(
  url: string | URL,
  options: ConnectOptions = {},
): Bench<Things> => new Bench<Things>(url, options);
