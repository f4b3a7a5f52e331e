import type { Output, Shell } from "../shell.ts";

type Paint = (text: string) => string;

/** Colours, sparingly: of states, and of what is wrong. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

const paint =
  (code: number): Paint =>
  (text) =>
    text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`;

const none: Paint = (text) => text;
const plain: Style = { bold: none, dim: none, red: none, green: none, yellow: none };
const coloured: Style = { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33) };

/** A terminal that understands more than lines of text. */
export const isCapable = ({ isTerminal }: Output, { TERM }: Shell["environment"]): boolean =>
  isTerminal && TERM !== "dumb";

/** None where it is no terminal, `TERM=dumb`, or `NO_COLOR` has a value (no-color.org). */
export const styleOf = (output: Output, environment: Shell["environment"]): Style =>
  isCapable(output, environment) && !environment["NO_COLOR"] ? coloured : plain;
