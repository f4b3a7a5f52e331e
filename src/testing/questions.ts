import type { Clock } from "../clock.ts";
import { wait } from "../context.ts";
import { NotAllowedError } from "../errors.ts";
import { UnansweredError } from "../experiment-errors.ts";
import { pose } from "../posed-question.ts";
import type { Question } from "../question.ts";

interface Asked {
  readonly question: Question;
  answer(given: unknown): void;
}

/** What work asks, without a bench: the test answers it. */
export class Questions {
  readonly #clock: Clock;
  readonly #asked = new Set<Asked>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get open(): readonly Question[] {
    return [...this.#asked].map(({ question }) => question);
  }

  /** Throws `InputError`, or `NotAllowedError` when nothing is asked. */
  answer(given: unknown): void {
    const [oldest] = this.#asked;
    if (!oldest) throw new NotAllowedError("nothing is asked: let time pass until it is");
    oldest.answer(given);
  }

  async ask(question: Question): Promise<unknown> {
    const { message, timeoutMs, otherwise, accept } = pose(question);
    return wait<unknown>(({ resolve, reject }) => {
      const asked = { question, answer: (given: unknown) => resolve(accept(given)) };
      const late = () => {
        if (otherwise) resolve(otherwise.answer);
        else reject(new UnansweredError(`nobody has answered in time: ${message}`));
      };
      this.#asked.add(asked);
      const timer = timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, late);
      return () => {
        timer?.cancel();
        this.#asked.delete(asked);
      };
    });
  }
}
