import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import { ConfigError } from "../../errors.ts";

/** The way from the top of the file to a place in it: `["things", "pump", "serial"]`. */
export type Path = readonly string[];
/** Whether a mistake lies in what is said, or in saying it at all: an unknown key, a bad name. */
type Part = "key" | "value";

interface Mistake {
  readonly offset: number;
  readonly message: string;
}

/** A YAML file: what it says, where it says it, and everything that was found wrong with it. */
export class ConfigFile {
  /** The path as it was given: what the reader of a message can open. */
  readonly name: string;
  /** Undefined when the text is not YAML, and nothing can be said about what it means. */
  readonly content: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #mistakes: Mistake[] = [];

  constructor(text: string, name: string) {
    this.name = name;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, logLevel: "error" });
    this.content = this.#read();
  }

  /** Note a mistake; all of them are told together. */
  mistake(path: Path, message: string, part: Part = "value"): void {
    this.#mistakes.push({ offset: this.#offset(path, part), message });
  }

  /** Where something stands, as `file:line:column`; what does not stand there is missing from what is around it. */
  at(path: Path, part: Part = "value"): string {
    return this.#position(this.#offset(path, part));
  }

  /** Whether anything stands there, right or wrong. */
  has(path: Path): boolean {
    return this.keys(path.slice(0, -1)).includes(path.at(-1) ?? "");
  }

  /** The names below a place, right or wrong. */
  keys(path: Path): readonly string[] {
    let at = this.content;
    for (const name of path) at = isGroup(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    return isGroup(at) ? Object.keys(at) : [];
  }

  /** Throws a `ConfigError` with every mistake, in the order of the file. */
  refuseMistakes(): void {
    const found = this.#mistakes
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, message }) => `${this.#position(offset)}: ${message}`);
    if (found.length === 0) return;
    throw new ConfigError(
      found.length === 1 ? found.join() : `${this.name} has ${found.length} mistakes:\n  ${found.join("\n  ")}`,
    );
  }

  #read(): unknown {
    const { errors, warnings } = this.#document;
    // Where the stack has ended, it ends again at the next.
    const exhausted = errors.filter(({ code }) => code === "RESOURCE_EXHAUSTION").slice(0, 1);
    for (const { pos, code, message } of exhausted.length > 0 ? exhausted : [...errors, ...warnings])
      this.#mistakes.push({ offset: pos[0], message: inPlainWords[code] ?? message });
    visit(this.#document, { Alias: (_, alias) => this.#checkAlias(alias) });
    // Everything after a syntax error is guesswork; a key that is there twice leaves the rest readable.
    if (this.#mistakes.length > errors.filter(({ code }) => code === "DUPLICATE_KEY").length) return undefined;
    try {
      return this.#document.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#mistakes.push({ offset: 0, message: `${why}: spell out some of what is repeated with *` });
      return undefined;
    }
  }

  #checkAlias(alias: Alias): void {
    const name = alias.source;
    const meant = alias.resolve(this.#document);
    const [from, to] = alias.range ?? [0, 0];
    const inside = meant?.range && meant.range[0] <= from && to <= meant.range[2];
    if (meant && !inside) return;
    const message = inside
      ? `*${name} stands inside of what it repeats: mark a smaller part with &${name}`
      : `nothing above is marked &${name}, so *${name} stands for nothing: mark it, or spell it out`;
    this.#mistakes.push({ offset: from, message });
  }

  /** What a path names, or, when that is missing, the nearest thing around it that is there. */
  #offset(path: Path, part: Part): number {
    let node: unknown = this.#document.contents;
    let offset = 0;
    for (const [depth, name] of path.entries()) {
      const whole = isAlias(node) ? node.resolve(this.#document) : node;
      const pair = isMap(whole) ? whole.items.findLast(({ key }) => keyName(key) === name) : undefined;
      const found = pair ? pair.value : isSeq(whole) ? whole.items[Number(name)] : undefined;
      if (!pair && !isNode(found)) {
        // A value that stands for a group of settings: `heater: 17` for `heater: { line: 17 }`.
        if (isScalar(whole)) offset = start(whole) ?? offset;
        break;
      }
      const asked = depth === path.length - 1 ? part : "key";
      offset = (asked === "value" || !pair ? start(found) : undefined) ?? start(pair?.key) ?? offset;
      node = found;
    }
    return offset;
  }

  #position(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  }
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const keyName = (key: unknown) => String(isScalar(key) ? key.value : key);

/** A block of lines, or an empty value, is pointed at by its key. */
function start(node: unknown): number | undefined {
  if (!isNode(node) || !node.range) return undefined;
  if (isScalar(node) && node.value === null && node.source !== "null") return undefined;
  if (isCollection(node) && !node.flow) return undefined;
  return node.range[0];
}

const inPlainWords: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "this key is already there above, and the same key cannot stand twice: rename or remove one",
  TAB_AS_INDENT: "YAML is indented with spaces, never with tabs: replace the tab by two spaces",
  RESOURCE_EXHAUSTION: "it is nested too deeply from here on: is this the right file?",
  MULTIPLE_DOCS: "the file holds one configuration: remove the --- line and what follows it",
};
