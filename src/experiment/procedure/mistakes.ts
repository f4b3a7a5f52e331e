import { didYouMean } from "../../did-you-mean.ts";
import { type Mistake, ProcedureError } from "../../experiment-errors.ts";
import { cut } from "../../readable.ts";
import type { Place } from "./procedure.ts";

/** More would be mended one after another anyway. */
const maxMistakes = 50;
const maxMessage = 500;

interface Found {
  readonly offset: number;
  readonly step: string;
  readonly message: string;
}

/** What is wrong with a document, told all at once. */
export class Mistakes {
  readonly file: string;
  readonly place: (offset: number) => Place;
  readonly #found: Found[] = [];

  constructor(file: string, place: (offset: number) => Place) {
    this.file = file;
    this.place = place;
  }

  get count(): number {
    return this.#found.length;
  }

  get found(): boolean {
    return this.#found.length > 0;
  }

  /** Throws a `ProcedureError` when there are more than anybody reads. */
  note(offset: number, step: string, message: string): void {
    this.#found.push({ offset, step, message: cut(message, maxMessage) });
    if (this.#found.length >= maxMistakes) this.refuse();
  }

  /** Throws a `ProcedureError` with every mistake, in the order of the document, if there is one. */
  refuse(): void {
    if (this.found) throw procedureError(this.file, this.#told());
  }

  #told(): readonly Mistake[] {
    return this.#found
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, step, message }) => ({ at: placed(this.file, this.place(offset)), step, message }));
  }
}

/** The error that tells these, a line each. */
export function procedureError(file: string, mistakes: readonly Mistake[]): ProcedureError {
  const lines = mistakes.map(({ at, step, message }) => `${[at, step].join(" ").trim()}: ${message}`);
  const all = `${file} has ${lines.length} mistakes:\n  ${lines.join("\n  ")}`;
  return new ProcedureError(lines.length === 1 ? lines.join() : all, mistakes);
}

/** `titration.yaml:12:5`. */
export const placed = (file: string, { line, column }: Place): string => `${file}:${line}:${column}`;

/** As `didYouMean`; nothing for what is too long to be a slip of the keyboard, and takes long to compare. */
export const meant = (word: string, known: Iterable<string>): string =>
  word.length > 100 ? "" : didYouMean(word, known);
