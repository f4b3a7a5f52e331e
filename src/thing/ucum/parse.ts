import { metric, metricSpecial, plain, prefixes, special } from "./atoms.ts";

/** What is wrong with a unit: where in it, and why in words. */
export interface UnitProblem {
  /** The symbol that is no unit, if it is that. */
  readonly symbol?: string;
  readonly message: string;
}

/** What is wrong with `text` as a unit of UCUM; undefined: nothing. */
export function unitProblem(text: string): UnitProblem | undefined {
  const parser = new Parser(text);
  try {
    parser.unit();
  } catch (error) {
    if (error instanceof Misspelt) return error.problem;
    throw error;
  }
  return parser.mixed === undefined ? undefined : { message: alone(parser.mixed) };
}

const alone = (symbol: string) =>
  `${symbol} stands alone, as its scale begins elsewhere or is no straight line${symbol === "Cel" ? ": a change of 1 Cel is one of 1 K" : ""}`;

class Misspelt {
  readonly problem: UnitProblem;

  constructor(problem: UnitProblem) {
    this.problem = problem;
  }
}

/** A symbol is all that is no operator and no digit; square brackets may hold what else would be one. */
const symbolPattern = /^(?:10[*^]|(?:\[[^\][{}\s]*\]|[^\d+\-./(){}[\]\s])+)/;
const annotationPattern = /^\{[\x21-\x7a|\x7e]*\}/;

/** No unit of an instrument is longer, and no recursion deeper. */
const maxLength = 100;

/** Recursive descent over the grammar of UCUM's paragraphs 4 to 10. */
class Parser {
  readonly #text: string;
  #at = 0;
  /** Whether anything else is there beside one component. */
  #components = 0;
  #special: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** What has to stand alone, and does not. */
  get mixed(): string | undefined {
    return this.#components > 1 ? this.#special : undefined;
  }

  unit(): void {
    if (this.#text.length > maxLength) throw new Misspelt({ message: `it is longer than ${maxLength} characters` });
    if (this.#text === "") throw new Misspelt({ message: 'it is empty: what has no unit is "1"' });
    // 1/L is written /L.
    if (this.#take("/")) this.#components++;
    this.#term();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #term(): void {
    do this.#component();
    while (this.#take(".") || this.#take("/"));
  }

  #component(): void {
    if (this.#take("(")) {
      this.#term();
      if (!this.#take(")")) throw new Misspelt({ message: "a bracket is not closed" });
      return;
    }
    this.#components++;
    if (this.#annotation()) return;
    const symbol = this.#match(symbolPattern);
    if (symbol !== undefined) this.#simpleUnit(symbol);
    else if (this.#match(/^[1-9]\d*/) === undefined) throw this.#unexpected();
    this.#annotation();
  }

  #simpleUnit(symbol: string): void {
    const atom = atomIn(symbol);
    if (atom === undefined) throw new Misspelt({ symbol, message: `${symbol} is no unit of UCUM` });
    const exponent = this.#match(/^[+-]?\d+/);
    if (!special.has(atom)) return;
    this.#special = symbol;
    if (exponent !== undefined) this.#components++;
  }

  #annotation(): boolean {
    if (!this.#text.startsWith("{", this.#at)) return false;
    if (this.#match(annotationPattern) !== undefined) return true;
    throw new Misspelt({ message: "an annotation in {} holds printable ASCII without spaces, and ends" });
  }

  #unexpected(): Misspelt {
    const rest = this.#text.slice(this.#at);
    return new Misspelt({ message: rest === "" ? "it breaks off" : `a unit was expected at "${rest}"` });
  }

  #take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#text.slice(this.#at))?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

/** The atom in a symbol, which may have a prefix; an atom that looks like one with a prefix is that atom: `cd`, `Pa`. */
function atomIn(symbol: string): string | undefined {
  if (metric.has(symbol) || plain.has(symbol) || special.has(symbol)) return symbol;
  for (const length of [1, 2]) {
    const atom = symbol.slice(length);
    const takesPrefix = metric.has(atom) || metricSpecial.has(atom);
    if (takesPrefix && prefixes.has(symbol.slice(0, length))) return atom;
  }
  return undefined;
}
