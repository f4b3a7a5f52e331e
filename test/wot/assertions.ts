import { readFileSync } from "node:fs";

/** A sentence of the W3C's profiles that an implementation is held to. */
export interface Assertion {
  /** Its identifier; of the rows that have lost theirs, `undefined` and the member they are about. */
  readonly id: string;
  readonly text: string;
}

const table = readFileSync(new URL("../fixtures/wot/assertions.csv", import.meta.url), "utf8");
const cell = /"((?:[^"]|"")*)"(?:,|\n|$)/g;

/** Every row of the W3C's table, in its order. */
export const assertions: readonly Assertion[] = rows([...table.matchAll(cell)].map(([, text = ""]) => text))
  .slice(1)
  .map(([id = "", , text = ""]) => ({
    id: id === "undefined" ? `undefined (${text.split(" ")[0]})` : id,
    text: text.replaceAll('""', '"'),
  }));

function rows(cells: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: cells.length / 3 }, (_, row) => cells.slice(row * 3, row * 3 + 3));
}
