import type { Shell } from "../shell.ts";
import { jsonLine } from "../terminal/json-line.ts";
import type { Onlooker } from "./follow.ts";
import { hasEnded, type ToldStep, type WholeInvocation } from "./told-invocation.ts";

/** Tells programs how an invocation goes on: a JSON document a line, on standard output. `docs/command-line.md` tells which. */
export class JsonTeller implements Onlooker {
  readonly #print: (text: string) => void;
  readonly #said = new Map<string, string>();

  constructor({ print }: Pick<Shell, "print">) {
    this.#print = print;
  }

  changed(invocation: WholeInvocation): void {
    const { id, action, status, queuePosition, waitingFor, progress, delivery, steps, log } = invocation;
    if (!hasEnded(invocation)) this.#ifNew("status", { kind: "status", id, action, status, queuePosition, waitingFor });
    this.#lines(log);
    if (progress !== null) this.#ifNew("progress", { kind: "progress", progress });
    if (delivery.length > 0) this.#ifNew("delivery", { kind: "delivery", delivery });
    for (const step of steps) this.#ifNew(keyOf(step), { kind: "step", ...step });
  }

  lost(why: string | undefined): void {
    this.#ifNew("gateway", { kind: "gateway", answers: why === undefined });
  }

  cancelling(): void {
    this.#ifNew("cancelling", { kind: "cancelling" });
  }

  /** The last line: how it has ended, or that nobody looks any more. */
  end(exit: number, invocation: WholeInvocation | { readonly id: string } | undefined): void {
    this.#say({ kind: "end", exit, invocation: invocation ?? null });
  }

  #lines(log: WholeInvocation["log"]): void {
    for (const { seq, levelname, thing, message } of log)
      this.#say({ kind: "log", seq, level: levelname.toLowerCase(), thing, message });
  }

  #ifNew(key: string, value: object): void {
    const text = jsonLine(value);
    if (this.#said.get(key) === text) return;
    this.#said.set(key, text);
    this.#print(text);
  }

  #say(value: object): void {
    this.#print(jsonLine(value));
  }
}

const keyOf = ({ thing, action, timeRequested }: ToldStep) => `${thing}.${action} ${timeRequested}`;
