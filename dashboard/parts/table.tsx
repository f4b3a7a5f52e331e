import type { ComponentChildren, JSX } from "preact";
import { movable } from "./movable.ts";

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => ComponentChildren;
  /** `number`: to the right; `long`: words that may take several lines. */
  readonly as?: "number" | "long";
}

interface Props<Row> {
  /** What it is a table of; for those who listen, unless `shown`. */
  readonly caption: string;
  readonly shown?: boolean;
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** Instead of a table without rows. */
  readonly empty: ComponentChildren;
}

/** Rows with a heading each, which can be moved sideways where they are too wide. Give it no more than some hundreds. */
export function Table<Row>({ caption, shown, columns, rows, keyOf, empty }: Props<Row>): JSX.Element {
  if (rows.length === 0) return <p class="soft">{empty}</p>;
  return (
    <section class="table-frame" aria-label={caption} {...movable}>
      <table>
        <caption class={shown ? undefined : "unseen"}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, as }) => (
              <th key={title} scope="col" class={as}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, of, as }, n) =>
                n === 0 ? (
                  <th key={title} scope="row" class={as}>
                    {of(row)}
                  </th>
                ) : (
                  <td key={title} class={as}>
                    {of(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
