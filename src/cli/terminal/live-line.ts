import type { Output, Shell } from "../shell.ts";
import { columnsOf } from "./width.ts";

/** What a line looks like that has so many places; it has no control characters but colours. */
type Drawn = (columns: number) => { readonly text: string; readonly paint?: (text: string) => string };

/** The last line of a terminal, drawn again and again; what is told meanwhile stands above it. */
export class LiveLine {
  readonly #output: Output;
  readonly #forget: () => void;
  #draw: Drawn | undefined;
  /** How many places it takes as it was drawn last. */
  #taken = 0;
  #drawn = "";

  constructor(output: Output, { onResize }: Pick<Shell, "onResize">) {
    this.#output = output;
    this.#forget = onResize(() => this.#redraw());
  }

  show(draw: Drawn): void {
    this.#draw = draw;
    this.#redraw();
  }

  above(line: string): void {
    this.#output.write(`${this.#erased()}${line}\n`);
    this.#redraw();
  }

  /** Leaves nothing of it. */
  close(): void {
    this.#forget();
    this.#draw = undefined;
    this.#output.write(this.#erased());
  }

  #redraw(): void {
    if (!this.#draw) return;
    // In the last place some terminals begin a new line already.
    const { text, paint = (plain) => plain } = this.#draw(this.#output.columns - 1);
    const painted = paint(text);
    const begin = this.#begin();
    if (painted === this.#drawn && begin === "\r") return;
    this.#drawn = painted;
    this.#taken = columnsOf(text);
    // Written over, not erased first: nothing flickers.
    this.#output.write(`${begin}${painted}\x1b[J`);
  }

  #erased(): string {
    const begin = this.#begin();
    this.#taken = 0;
    this.#drawn = "";
    return `${begin}\x1b[J`;
  }

  /** Goes where it begins: a window that has become narrower has broken what was drawn in a wider one into several lines. */
  #begin(): string {
    const above = Math.ceil(this.#taken / this.#output.columns) - 1;
    return `${above > 0 ? `\x1b[${above}A` : ""}\r`;
  }
}
