import { InputError } from "../../errors.ts";
import { usualAnswer } from "../../gateway/dry-run/answers.ts";
import { NoGatewayError } from "../gateway-errors.ts";
import type { Shell } from "../shell.ts";
import { visible } from "../visible.ts";
import { answerIn, hintOf } from "./answer.ts";
import type { RunClient, ToldPrompt } from "./asked-run.ts";

/** What sees to the questions of a run. */
export interface Answering {
  /** Those that are open now. */
  look(open: readonly ToldPrompt[]): Promise<void>;
}

/** The gateway has gone before it said anything. */
const lost = Symbol("lost");

/** Nobody is asked. Rejects with an `InputError` where no guess fits. */
export function answerUsually(client: RunClient, { print }: Pick<Shell, "print">): Answering {
  return {
    async look(open) {
      for (const { id, message, schema } of open) {
        const answer = usualAnswer({ message, ...(schema && { schema }) });
        print(visible(`? ${message}${answer === null ? "" : ` ${JSON.stringify(answer)}`}`));
        const wrong = await client.answer(id, answer);
        if (wrong !== undefined) throw new InputError(`${wrong}: answer it yourself, without --yes`);
      }
    },
  };
}

/** Asks whoever sits in front of it, one question after another. */
export class TerminalAnswering implements Answering {
  readonly #client: RunClient;
  readonly #shell: Pick<Shell, "ask" | "print" | "tell">;
  /** What is asked now; `gone` when it has ended otherwise, and the line for it is still being typed. */
  #asking: { readonly id: string; gone: boolean } | undefined;
  /** A list that was asked for before may still have it. */
  #answered: string | undefined;
  /** There are no more lines. */
  #deaf = false;
  #failure: unknown;

  constructor(client: RunClient, shell: Pick<Shell, "ask" | "print" | "tell">) {
    this.#client = client;
    this.#shell = shell;
  }

  /** Never waits for people. */
  async look(open: readonly ToldPrompt[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const asking = this.#asking;
    if (asking && !asking.gone && open.every(({ id }) => id !== asking.id)) {
      // The next one is not asked before: nobody shall answer with a line that was meant for something else.
      asking.gone = true;
      this.#shell.print("\n  (that has been seen to otherwise; press Enter)");
    }
    const next = open.find(({ id }) => id !== this.#answered);
    if (!next || asking || this.#deaf) return;
    this.#ask(next).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  async #ask(prompt: ToldPrompt): Promise<void> {
    const { id, message, schema } = prompt;
    const asking = { id, gone: false };
    this.#asking = asking;
    let question = `? ${message}\n  ${hintOf(schema)} `;
    while (!asking.gone) {
      const line = await this.#shell.ask(visible(question));
      if (line === undefined) this.#end();
      if (line === undefined || asking.gone) break;
      const wrong = await this.#send(prompt, line);
      if (wrong === lost) break;
      if (wrong === undefined) {
        this.#answered = id;
        break;
      }
      question = `  ${wrong}\n  ${hintOf(schema)} `;
    }
    this.#asking = undefined;
  }

  /** What is wrong with it; undefined: it was taken. */
  async #send({ id, schema }: ToldPrompt, line: string): Promise<string | typeof lost | undefined> {
    try {
      return await this.#client.answer(id, answerIn(line, schema));
    } catch (error) {
      if (error instanceof InputError) return error.message;
      if (!(error instanceof NoGatewayError)) throw error;
      // Whether it was taken is told by what is open when the gateway answers again.
      this.#shell.tell("the gateway did not say that it has the answer: you are asked again if it has none");
      return lost;
    }
  }

  #end(): void {
    this.#deaf = true;
    this.#shell.tell("nobody can answer here: answer it on the dashboard of the gateway, or run it with --yes");
  }
}
