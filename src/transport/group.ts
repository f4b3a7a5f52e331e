import type { Settle, WorkKind } from "../context.ts";
import type { Station } from "./station.ts";
import type { Turn } from "./wire-queue.ts";

/** Exchanges that belong together; while a group holds the wire, only its own are sent. */
export class Group<M> implements Turn {
  readonly station: Station<M>;
  readonly kind: WorkKind;
  /** The group, on this wire or another, that it was formed in. */
  readonly #outer: object | undefined;
  readonly #waiter: Settle<Group<M>>;
  readonly #hold: (group: Group<M>) => void;
  /** Something of it has been sent. */
  begun = false;

  constructor(
    station: Station<M>,
    { kind, outer }: { readonly kind: WorkKind; readonly outer: object | undefined },
    waiter: Settle<Group<M>>,
    hold: (group: Group<M>) => void,
  ) {
    this.station = station;
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
