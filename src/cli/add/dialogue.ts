import { unlessEnded } from "../../context.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { BenchdError, InputError } from "../../errors.ts";
import type { Shell } from "../shell.ts";
import { UsageError } from "../usage.ts";
import { visible } from "../visible.ts";

interface Question<T> {
  /** What Enter alone means. */
  readonly fallback?: string;
  /** What an answer means. What it throws is told, and the question is put again. */
  read(answer: string): T | Promise<T>;
}

/** A conversation with whoever sits in front of it. */
export class Dialogue {
  readonly #shell: Pick<Shell, "ask" | "print">;

  constructor(shell: Pick<Shell, "ask" | "print">) {
    this.#shell = shell;
  }

  say(text: string): void {
    this.#shell.print(visible(text));
  }

  /** Ask until the answer means something. */
  async ask<T>(question: string, { fallback, read }: Question<T>): Promise<T> {
    for (;;) {
      const hint = fallback ? ` [${fallback}]` : "";
      const line = await unlessEnded(this.#shell.ask(visible(`${question}${hint} `)));
      if (line === undefined) throw new UsageError("no more answers: nothing was written");
      const answer = line.trim() || fallback;
      if (answer === undefined) {
        this.say("  this one has to be answered; Ctrl+C ends without writing anything");
        continue;
      }
      try {
        return await read(answer);
      } catch (error) {
        if (!(error instanceof BenchdError)) throw error;
        this.say(`  ${error.message}`);
      }
    }
  }

  /** Ask for a word, or for nothing. */
  text(question: string): Promise<string> {
    return this.ask(question, { fallback: "", read: (answer) => answer });
  }

  confirm(question: string, fallback: "yes" | "no"): Promise<boolean> {
    return this.choose(question, ["yes", "no"], fallback).then((answer) => answer === "yes");
  }

  /** One of a few words, which may be cut short. */
  choose(question: string, words: readonly string[], fallback?: string): Promise<string> {
    const read = (answer: string) => {
      const begun = words.filter((word) => word.startsWith(answer.toLowerCase()));
      const meant = words.includes(answer) ? answer : begun.length === 1 ? begun[0] : undefined;
      if (meant !== undefined) return meant;
      throw new InputError(`"${answer}" is none of ${words.join(", ")}${didYouMean(answer, words)}`);
    };
    return this.ask(question, { ...(fallback !== undefined && { fallback }), read });
  }

  /** Show what there is, each with its number, and ask which; the first unless told. */
  async pick<T>(question: string, all: readonly T[], show: (one: T) => string): Promise<T> {
    for (const [index, one] of all.entries()) this.say(`  ${index + 1}  ${show(one)}`);
    const numbers = all.map((_, index) => String(index + 1));
    const chosen = await this.choose(question, numbers, "1");
    return all[Number(chosen) - 1] as T;
  }
}
