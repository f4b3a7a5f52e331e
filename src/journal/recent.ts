import type { Invocation } from "../invocation/invocation.ts";
import { weigh } from "../invocation/weigh.ts";
import { TurnoverMap } from "../turnover.ts";

const maxCount = 200;
const maxBytes = 64 * 2 ** 20;

/** The invocations that ended last, as they were: with outputs too large for the file, and for those who poll. */
export class Recent {
  readonly #kept = new TurnoverMap<string, { readonly invocation: Invocation; readonly bytes: number }>();
  #bytes = 0;

  add(invocation: Invocation): void {
    const bytes = weightOf(invocation);
    this.#drop(invocation.id);
    this.#kept.set(invocation.id, { invocation, bytes });
    this.#bytes += bytes;
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= 1 || (this.#kept.size <= maxCount && this.#bytes <= maxBytes)) break;
      this.#drop(id);
    }
  }

  all(): readonly Invocation[] {
    return [...this.#kept.values()].map(({ invocation }) => invocation);
  }

  get(id: string): Invocation | undefined {
    return this.#kept.get(id)?.invocation;
  }

  #drop(id: string): void {
    this.#bytes -= this.#kept.get(id)?.bytes ?? 0;
    this.#kept.delete(id);
  }
}

const weightOf = ({ input, output, log, excerptBytes }: Invocation): number =>
  excerptBytes +
  weigh(input) +
  weigh(output) +
  log.entries().reduce((sum, { message }) => sum + 2 * message.length + 100, 0);
