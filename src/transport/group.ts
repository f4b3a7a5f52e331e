import type { Settle, WorkKind } from "../context.ts";
import type { Turn } from "./wire-queue.ts";

/** Exchanges that belong together; while a group holds the wire, only its own are sent. */
export class Group implements Turn {
  readonly kind: WorkKind;
  /** The group, on this wire or another, that it was formed in. */
  readonly #outer: object | undefined;
  readonly #waiter: Settle<Group>;
  readonly #hold: (group: Group) => void;
  /** Something of it has been sent. */
  begun = false;

  constructor(kind: WorkKind, outer: object | undefined, waiter: Settle<Group>, hold: (group: Group) => void) {
    this.kind = kind;
    this.#outer = outer;
    this.#waiter = waiter;
    this.#hold = hold;
  }

  readonly begin = (): void => {
    this.#hold(this);
    this.#waiter.resolve(this);
  };

  readonly fail = (error: unknown): void => this.#waiter.reject(error);

  /** Whether a stretch of the context with that group belongs to this group: it is this one, or was formed inside. */
  includes(group: object | undefined): boolean {
    if (group === this) return true;
    return group instanceof Group && this.includes(group.#outer);
  }
}
