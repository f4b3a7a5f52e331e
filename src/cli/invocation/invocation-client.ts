import type { TSchema } from "../../typebox.ts";
import { refusal } from "../ask-gateway.ts";
import type { BenchClient } from "../bench/bench-client.ts";
import { UsageError } from "../usage.ts";
import type { ToldInvocation, WholeInvocation } from "./told-invocation.ts";

/** How long a gateway is asked to wait for news, seconds; and how much longer an answer may be on its way, milliseconds. */
const newsSeconds = 25;
const slackMs = 10_000;
/** A disk may have to take the key first; it has 10 s. */
const startMs = 20_000;

export interface News {
  readonly invocation: WholeInvocation;
  /** To be told the next news only. */
  readonly tag: string | undefined;
}

/** What somebody is asked at the bench. */
export interface ToldPrompt {
  readonly id: string;
  readonly message: string;
  readonly schema: TSchema | null;
  readonly thing: string;
  readonly invocation: { readonly id: string };
}

interface Start {
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A gateway, asked about invocations. */
export class InvocationClient {
  readonly bench: BenchClient;

  constructor(bench: BenchClient) {
    this.bench = bench;
  }

  /** Does not wait for its end. */
  async start({ thing, action, input, headers }: Start) {
    const { bench } = this;
    const asked = { method: "POST", body: input, headers: { ...headers, prefer: "respond-async" } } as const;
    const answer = await bench.answer(bench.path(thing, action), { ...asked, patienceMs: startMs });
    if (answer.status !== 201) throw refusal(answer, bench.gateway);
    const replayed = answer.headers.get("idempotent-replayed") === "true";
    return { invocation: answer.body as WholeInvocation, replayed };
  }

  /** How it is now; with a tag, as soon as it is otherwise: undefined when it is still the same after a while. */
  async news(id: string, { tag, since }: { readonly tag: string | undefined; readonly since: number }) {
    const { bench } = this;
    const query = { log_since: String(since), ...(tag !== undefined && { wait: String(newsSeconds) }) };
    const answer = await bench.answer(bench.path("action_invocations", id), {
      method: "GET",
      query,
      headers: tag === undefined ? {} : { "if-none-match": tag },
      patienceMs: newsSeconds * 1000 + slackMs,
    });
    if (answer.status === 304) return undefined;
    if (answer.status === 404) return this.#remembered(id);
    if (answer.status !== 200) throw refusal(answer, bench.gateway);
    const news: News = { invocation: answer.body as WholeInvocation, tag: answer.headers.get("etag") ?? undefined };
    return news;
  }

  /** The history has it longer than it is listed. */
  async #remembered(id: string): Promise<News> {
    const answer = await this.bench.answer(`/gateway/history/${encodeURIComponent(id)}`, { method: "GET" });
    if (answer.status === 404 || answer.status === 422)
      throw new UsageError(`the gateway at ${this.bench.gateway.url} knows no invocation "${id}"`);
    if (answer.status !== 200) throw refusal(answer, this.bench.gateway);
    return { invocation: answer.body as WholeInvocation, tag: undefined };
  }

  /** Asks it to end; one that has ended is left as it is. */
  async cancel(id: string): Promise<void> {
    await this.bench.ask(this.bench.path("action_invocations", id), { method: "DELETE" }, [200, 409]);
  }

  list(query: Readonly<Record<string, string | undefined>>): Promise<readonly ToldInvocation[]> {
    return this.bench.ask(this.bench.path("action_invocations"), { method: "GET", query });
  }

  /** What that invocation asks now. */
  async prompts(id: string): Promise<readonly ToldPrompt[]> {
    const all = await this.bench.ask<readonly ToldPrompt[]>("/gateway/prompts", { method: "GET" });
    return all.filter(({ invocation }) => invocation.id === id);
  }
}
