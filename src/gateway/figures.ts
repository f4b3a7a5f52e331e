import type { Metric } from "./metric.ts";

/** What of the bench exists for who asks. */
export interface Seeing {
  /** Nothing is kept from him. */
  readonly all: boolean;
  sees(thing: string): boolean;
}

type TellFigures = (seeing: Seeing) => readonly Metric[];

/** Who else has figures for Prometheus, beside the parts of the gateway. */
export class Figures {
  readonly #tellers = new Set<TellFigures>();

  /** Ask `tell` at each scrape, which must be quick; returns how to stop that. */
  add(tell: TellFigures): () => void {
    this.#tellers.add(tell);
    return () => void this.#tellers.delete(tell);
  }

  tell(seeing: Seeing): readonly Metric[] {
    return [...this.#tellers].flatMap((tell) => tell(seeing));
  }
}
