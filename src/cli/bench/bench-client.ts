import { didYouMean } from "../../did-you-mean.ts";
import { runThing } from "../../experiment/runs/run-record.ts";
import { type Answer, askGateway, openAnswer, type Question, refusal } from "../ask-gateway.ts";
import { type AskedGateway, urlArgument } from "../asked-gateway.ts";
import { NobodyKnowsError } from "../gateway-errors.ts";
import { UsageError } from "../usage.ts";
import type { Schema } from "../value/schema.ts";

/** A gateway answers at once, or has gone; a read may have to wait for the wire. */
const patienceMs = 30_000;

export interface ToldState {
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  /** What runs, in words: `pump/dispense (8e03978e-…)`. */
  readonly running: string | null;
  readonly queued: number;
}

export interface ToldAction {
  readonly title?: string;
  readonly description?: string;
  readonly input?: Schema;
  readonly output?: Schema;
}

/** What is looked at of a Thing Description. */
export interface Described {
  readonly title: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly actions?: Readonly<Record<string, ToldAction>>;
  readonly events?: Readonly<Record<string, { readonly title?: string; readonly data?: Schema }>>;
}

interface About {
  readonly prefix?: unknown;
  readonly startedAt?: unknown;
}

type Asked = Omit<Question, "path" | "patienceMs"> & { readonly patienceMs?: number };

/** A gateway, asked about its Things. What it refuses is thrown as a `RefusalError`. */
export class BenchClient {
  readonly gateway: AskedGateway;
  readonly #prefix: string;
  /** When the gateway was started that was asked first; undefined where it does not tell. */
  readonly #startedAt: unknown;

  private constructor(gateway: AskedGateway, prefix: string, startedAt: unknown) {
    this.gateway = gateway;
    this.#prefix = prefix;
    this.#startedAt = startedAt;
  }

  /** The prefix of its configuration is that of `--url`, or is asked for. */
  static async of(gateway: AskedGateway): Promise<BenchClient> {
    const told = new URL(gateway.url).pathname.replace(/\/$/, "");
    const { status, body } = await askGateway(gateway, { method: "GET", path: "/gateway/about", patienceMs });
    const { prefix, startedAt } = status === 200 && body ? (body as About) : {};
    return new BenchClient(gateway, told || (typeof prefix === "string" ? prefix : ""), startedAt);
  }

  /** Throws `NobodyKnowsError` where the gateway was started anew since it was asked first, and may have forgotten its keys. */
  async assertSameStart(): Promise<void> {
    if (this.#startedAt === undefined) return;
    const { startedAt } = await this.ask<About>("/gateway/about", { method: "GET" });
    if (startedAt !== this.#startedAt)
      throw new NobodyKnowsError(
        "the answer was lost, and the gateway was started anew meanwhile: nobody knows what it did before. Look at the device",
      );
  }

  /** What a command that is told to somebody needs besides. */
  get where(): string {
    return urlArgument(this.gateway);
  }

  /** Below the prefix, if there is one. */
  path(...parts: readonly string[]): string {
    return [this.#prefix, ...parts.map(encodeURIComponent)].join("/");
  }

  answer(path: string, { patienceMs: ms = patienceMs, ...asked }: Asked): Promise<Answer> {
    return askGateway(this.gateway, { ...asked, path, patienceMs: ms });
  }

  /** The body of an answer with one of the statuses that are `fine`. */
  async ask<T>(path: string, asked: Asked, fine: readonly number[] = [200]): Promise<T> {
    const answer = await this.answer(path, asked);
    if (!fine.includes(answer.status)) throw refusal(answer, this.gateway);
    return answer.body as T;
  }

  /** One whose body is read while it comes; a refusal is read whole. */
  async open(path: string, { query = {}, headers = {}, signal }: Opened): Promise<Response> {
    const answer = await openAnswer(this.gateway, { method: "GET", path, query, headers, signal });
    if (answer.status === 200) return answer;
    const text = await answer.text();
    throw refusal({ status: answer.status, body: parsed(text) }, this.gateway);
  }

  states(): Promise<Readonly<Record<string, ToldState>>> {
    return this.ask("/thing_states", { method: "GET" });
  }

  /** Throws a `UsageError` that tells which Things there are. */
  async describe(thing: string): Promise<Described> {
    const answer = await this.answer(`${this.path(thing)}/`, { method: "GET" });
    if (answer.status === 404) throw await this.#noThing(thing);
    if (answer.status !== 200) throw refusal(answer, this.gateway);
    return answer.body as Described;
  }

  /** Throws a `UsageError` where there is no such Thing and none has done anything by that name: what is gone has a history. */
  async assertKnown(thing: string): Promise<void> {
    if (thing === runThing) return;
    const done = await this.answer("/gateway/history", { method: "GET", query: { thing, limit: "1" } });
    const known = done.status === 200 && Array.isArray(done.body) && done.body.length > 0;
    if (!known) await this.describe(thing);
  }

  async #noThing(thing: string): Promise<UsageError> {
    const { url } = this.gateway;
    const names = Object.keys(await this.states());
    if (names.includes(thing))
      return new UsageError(`the gateway at ${url} has ${thing} elsewhere: add its prefix, as in --url ${url}/api/v1`);
    const hint = didYouMean(thing, names);
    const all = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    return new UsageError(`the gateway at ${url} has no Thing "${thing}"${hint || `: ${all}`}`);
  }
}

interface Opened {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a Thing has of that name. Throws a `UsageError` that tells what it has. */
export function named<T>(of: Readonly<Record<string, T>> | undefined, name: string, what: string): T {
  const all = of ?? {};
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(all);
  const has = names.length === 0 ? ": it has none" : `: it has ${names.join(", ")}`;
  throw new UsageError(`there is no ${what} "${name}"${didYouMean(name, names) || has}`);
}
