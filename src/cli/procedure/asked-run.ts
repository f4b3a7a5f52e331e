import { randomUUID } from "node:crypto";
import type { Forecast } from "../../gateway/dry-run/forecast.ts";
import type { TSchema } from "../../typebox.ts";
import { type Answer, askGateway, type Question, refusal } from "../ask-gateway.ts";
import type { AskedGateway } from "../asked-gateway.ts";
import type { BenchClient } from "../bench/bench-client.ts";
import { repeated } from "../bench/repeated.ts";
import type { Shell } from "../shell.ts";

/** A gateway answers at once, or has gone. */
const patienceMs = 15_000;
/** A dry run computes for a minute at most, behind others. */
const dryRunPatienceMs = 300_000;
const downloadPatienceMs = 300_000;

/** What is looked at of a run. */
export interface ToldRun {
  readonly id: string;
  readonly state: string;
  readonly positions: readonly {
    readonly path: string;
    readonly line: number;
    readonly text: string;
    readonly round?: { readonly n: number; readonly of: number } | null;
  }[];
  readonly recordings: readonly { readonly name: string; readonly id: string }[];
  /** `unknown`: nobody knows what the devices have done. */
  readonly outcome?: string | null;
  /** As a dry run has foretold; milliseconds. */
  readonly expectedMs?: number | null;
  readonly error: { readonly message?: string; readonly detail?: string } | null;
}

/** What is looked at of a prompt. */
export interface ToldPrompt {
  readonly id: string;
  readonly message: string;
  readonly schema: TSchema | null;
  readonly thing: string;
  readonly invocation: { readonly id: string };
}

/** What is to be run: the text of a procedure, and how it was named. */
export interface Wish {
  readonly document: string;
  readonly file: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A gateway, asked about runs. Everything rejects with what it says no with. */
export class RunClient {
  readonly bench: BenchClient;
  readonly #gateway: AskedGateway;

  constructor(bench: BenchClient) {
    this.bench = bench;
    this.#gateway = bench.gateway;
  }

  /** Once, also where the answer is lost. Throws `NobodyKnowsError` when none comes. */
  start(wish: Wish, shell: Pick<Shell, "tell">): Promise<ToldRun> {
    const headers = { "idempotency-key": `"${randomUUID()}"` };
    const ask = () => this.#ask<ToldRun>("POST", "/gateway/runs", [201, 200], { body: wish, headers });
    return repeated(ask, shell, { what: "whether the run was begun", bench: this.bench });
  }

  dryRun(wish: Wish): Promise<Forecast> {
    const body = { ...wish, dryRun: true };
    const asked = { body, changes: false, patienceMs: dryRunPatienceMs };
    return this.#ask<Forecast>("POST", "/gateway/runs", [200], asked);
  }

  run(id: string): Promise<ToldRun> {
    return this.#ask<ToldRun>("GET", `/gateway/runs/${id}`, [200]);
  }

  /** By the ladder; one that has ended meanwhile is left as it is. */
  async cancel(id: string): Promise<void> {
    await this.#ask("DELETE", `/gateway/runs/${id}`, [200, 409]);
  }

  /** The questions of that run that wait. */
  async prompts(id: string): Promise<readonly ToldPrompt[]> {
    const all = await this.#ask<readonly ToldPrompt[]>("GET", "/gateway/prompts", [200]);
    return all.filter(({ invocation }) => invocation.id === id);
  }

  /** Returns what is wrong with the answer; undefined: it was taken, or is not wanted any more. */
  async answer(prompt: string, value: unknown): Promise<string | undefined> {
    const path = `/gateway/prompts/${prompt}/answer`;
    const answer = await askGateway(this.#gateway, { method: "POST", path, body: value, patienceMs });
    if (answer.status === 422 || answer.status === 400) return refusal(answer, this.#gateway).message;
    if (![200, 404, 409, 410].includes(answer.status)) throw refusal(answer, this.#gateway);
    return undefined;
  }

  /** All of it so far, in whole lines. */
  async csv(recording: string): Promise<string> {
    const path = `/gateway/recordings/${recording}/csv`;
    const answer = await askGateway(this.#gateway, { method: "GET", path, patienceMs: downloadPatienceMs });
    if (answer.status !== 200) throw refusal(answer, this.#gateway);
    return answer.text;
  }

  async #ask<T>(
    method: "GET" | "POST" | "DELETE",
    path: string,
    fine: readonly number[],
    asked: Partial<Question> = {},
  ): Promise<T> {
    const answer: Answer = await askGateway(this.#gateway, { patienceMs, ...asked, method, path });
    if (!fine.includes(answer.status)) throw refusal(answer, this.#gateway);
    return answer.body as T;
  }
}
