import { Series } from "../../plot/series.ts";

/** More columns are not plotted. */
export const maxPlotted = 12;
/** So many readings are drawn of each at most: with their peaks, however many rows there are. */
const capacity = 20_000;
/** A line that is longer is none of a recording; characters. */
const maxLine = 1024 * 1024;
/** The page has its turn after so long; ms. */
const sliceMs = 12;

/** A column of numbers. */
export interface Column {
  /** `balance.weight.value` */
  readonly name: string;
  readonly unit: string;
  /** Times are ms since the start of the recording. */
  readonly series: Series;
}

const elapsed = "elapsed [s]";

/** What of the rows of a recording can be plotted, gathered as they come, in bounded memory. */
export class Rows {
  /** How many have come. */
  count = 0;
  /** There are more columns of numbers than are plotted. */
  more = false;
  readonly #columns = new Map<string, Column>();

  get columns(): readonly Column[] {
    return [...this.#columns.values()];
  }

  /** When the last row was; ms since the start. */
  get ends(): number {
    return Math.max(0, ...this.columns.map(({ series }) => series.ends ?? 0));
  }

  /** A row of NDJSON. What is no such row is left out. */
  add(line: string): void {
    const row = parsed(line);
    const at = 1000 * Number(row?.[elapsed] ?? Number.NaN);
    if (!row || !Number.isFinite(at)) return;
    this.count++;
    for (const title in row) {
      const value = row[title];
      if (title === elapsed) continue;
      if (typeof value === "number") this.#column(title)?.series.push(at, value);
      else if (value === null) this.#columns.get(title)?.series.break(at);
    }
  }

  #column(title: string): Column | undefined {
    const known = this.#columns.get(title);
    if (known) return known;
    if (this.#columns.size >= maxPlotted) {
      this.more = true;
      return undefined;
    }
    const column = { ...titled(title), series: new Series({ capacity }) };
    this.#columns.set(title, column);
    return column;
  }
}

/** `ph.ph [pH]` is a name and a unit. */
export function titled(title: string): { readonly name: string; readonly unit: string } {
  const [, name = title, unit = ""] = /^(.*?) \[(.*)\]$/.exec(title) ?? [];
  return { name, unit };
}

interface Reading {
  readonly rows: Rows;
  /** By what slices are measured; ms. */
  readonly now: () => number;
  /** Whatever else waits has its turn. */
  readonly rest: () => Promise<void>;
}

/** All rows of a stream of NDJSON, in slices. Rejects with what the stream fails with. */
export async function readRows(body: ReadableStream<Uint8Array>, { rows, now, rest }: Reading): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let left = "";
  let begun = now();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (left + decoder.decode(read.value, { stream: true })).split("\n");
      left = lines.pop() ?? "";
      if (left.length > maxLine) left = "";
      for (const [i, line] of lines.entries()) {
        rows.add(line);
        if (i % 64 !== 63 || now() - begun < sliceMs) continue;
        await rest();
        begun = now();
      }
    }
  } finally {
    // What has failed cannot be cancelled any more.
    await reader.cancel().catch(() => {});
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === "object" && row !== null ? (row as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
