import { shortened } from "../../parts/value-text.ts";

/** What went over a wire, as the gateway tells it: control characters are escaped already. */
export interface TrafficLine {
  readonly seq: number;
  readonly at: string;
  readonly direction: string;
  readonly text: string;
  readonly invocation: string | null;
}

export interface TrafficPage {
  readonly lines: readonly TrafficLine[];
  /** To be asked `after` next. */
  readonly next: number;
  /** What came before it and is not kept any more. */
  readonly dropped: number;
}

/** A line of traffic, or words about what is missing there. */
export interface ShownLine {
  /** Another one for each. */
  readonly n: number;
  /** ms since 1970; undefined of a note that has none. */
  readonly at: number | undefined;
  readonly direction: "sent" | "received" | "note";
  readonly text: string;
  readonly invocation: string | null;
}

/** More is not kept. */
export const maxLines = 1000;
/** More of a line is not drawn. */
const maxText = 2000;

/** The latest of what went over the wires of a Thing, as pages of it come. */
export class TrafficLog {
  #lines: readonly ShownLine[] = [];
  #n = 0;
  /** Where to go on; undefined before the first page. */
  #after: number | undefined;

  get after(): number | undefined {
    return this.#after;
  }

  get lines(): readonly ShownLine[] {
    return this.#lines;
  }

  add({ lines, next, dropped }: TrafficPage): void {
    const came: ShownLine[] = [];
    // Counted from the start again.
    if (this.#after !== undefined && next < this.#after) came.push(this.#note("benchd was started anew"));
    else if (this.#after !== undefined && dropped > 0) came.push(this.#note(`${dropped} pieces are missing here`));
    for (const { at, direction, text, invocation } of lines)
      came.push({
        ...{ n: ++this.#n, at: Date.parse(at), text: shortened(text, maxText), invocation },
        direction: direction === "sent" || direction === "received" ? direction : "note",
      });
    this.#after = next;
    if (came.length > 0) this.#lines = [...this.#lines, ...came].slice(-maxLines);
  }

  #note(text: string): ShownLine {
    return { n: ++this.#n, at: undefined, direction: "note", text, invocation: null };
  }
}

export interface LineFilter {
  readonly sought: string;
  readonly direction: "both" | "sent" | "received";
}

/** Those that somebody looks for; notes about what is missing stay. */
export function filtered(lines: readonly ShownLine[], { sought, direction }: LineFilter): readonly ShownLine[] {
  const wanted = sought.toLowerCase();
  return lines.filter(
    (line) =>
      line.direction === "note" ||
      ((direction === "both" || line.direction === direction) &&
        (line.text.toLowerCase().includes(wanted) || line.invocation?.startsWith(wanted))),
  );
}

/** `\r` and `\x02` by themselves, and what stands between them. */
export const pieces = (text: string): readonly string[] => text.split(/(\\(?:x[0-9a-f]{2}|[rnt\\]))/i).filter(Boolean);

export const words = { sent: "sent", received: "received", note: "note" } as const;
export const arrows = { sent: "→", received: "←", note: "·" } as const;

/** As a text to keep: a line each, with times as `timeOf` writes them. */
export const asText = (lines: readonly ShownLine[], timeOf: (at: number) => string): string =>
  lines
    .map(({ at, direction, text }) => `${at === undefined ? "" : timeOf(at)}\t${words[direction]}\t${text}\n`)
    .join("");
