import { meant } from "./mistakes.ts";
import { type Document, parameterAt, refused, refusing, type Scope } from "./reading.ts";
import { lone, partsOf } from "./template.ts";
import { type Entry, type Group, quoted, type Tree, told } from "./tree.ts";

/** The settings of something in a document, each judged where it stands. */
export class Fields {
  readonly #group: Group;
  readonly #scope: Scope;
  /** What they are settings of, for messages: `a step of this sort`. */
  readonly #of: string;

  constructor(group: Group, scope: Scope, of: string) {
    this.#group = group;
    this.#scope = scope;
    this.#of = of;
  }

  /** Note every setting that is none of these. */
  only(names: readonly string[]): void {
    for (const [name, { offset }] of this.#group.entries) {
      if (names.includes(name)) continue;
      const all = names.length > 1 ? `: it has ${names.join(", ")}` : "";
      this.note(offset, `${this.#of} has no ${quoted(name)}${meant(name, names) || all}`);
    }
  }

  get(name: string): Entry | undefined {
    return this.#group.entries.get(name);
  }

  /** As `get`; noted when it is missing, with what to write. */
  need(name: string, example: string): Entry | undefined {
    const entry = this.get(name);
    if (!entry) this.note(this.#group.offset, `${this.#of} needs ${name}: say ${example}`);
    return entry;
  }

  /** A text of at most so many characters, in which nothing moves a cursor. */
  text(entry: Entry | undefined, name: string, most: number, lines = false): string | undefined {
    if (!entry) return undefined;
    const { value: tree } = entry;
    const text = tree.sort === "leaf" ? tree.value : undefined;
    if (typeof text === "string" && text.trim() !== "" && text.length <= most && !control(lines).test(text))
      return text;
    if (typeof text !== "string") this.note(offsetOf(entry), `${name} is a text: put ${told(tree)} into quotes`);
    else if (text.trim() === "") this.note(offsetOf(entry), `${name} is empty`);
    else if (text.length > most)
      this.note(offsetOf(entry), `${name} has ${most} characters at most, not ${text.length}`);
    else
      this.note(offsetOf(entry), `${name} has control characters${lines ? "" : ", or several lines"}: leave them out`);
    return undefined;
  }

  /** A name of `rule`'s kind. */
  name(entry: Entry | undefined, what: string, rule: RegExp): string | undefined {
    const text = this.text(entry, what, 200);
    if (text === undefined || rule.test(text)) return text;
    this.note(entry?.value.offset ?? 0, `${quoted(text)} cannot be ${what}: letters, digits and _, at most 64`);
    return undefined;
  }

  /** A whole number, or the parameter that is one. */
  count(entry: Entry | undefined, name: string, most: number): number | undefined {
    if (!entry) return undefined;
    const { value: tree } = entry;
    const text = tree.sort === "leaf" && typeof tree.value === "string" ? tree.value : undefined;
    const whole = text === undefined ? undefined : refusing(tree.offset, this.#scope, () => lone(partsOf(text)));
    const found = whole && parameterAt(whole, tree.offset, this.#scope);
    if (whole && !found) return refused(whole, tree.offset, this.#scope);
    const value = found ? found.value : tree.sort === "leaf" ? tree.value : undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
    this.note(offsetOf(entry), `${name} is a whole number from 1 to ${most}`);
    return undefined;
  }

  note(offset: number, message: string): void {
    this.#scope.document.mistakes.note(offset, this.#scope.step, message);
  }
}

/** The settings of `tree`; undefined when it is something else, which is noted. */
export function fieldsOf(tree: Tree, scope: Scope, of: string, example: string): Fields | undefined {
  if (tree.sort === "group") return new Fields(tree, scope, of);
  scope.document.mistakes.note(
    tree.offset,
    scope.step,
    `${of} is a group of settings, as in  ${example}, not ${told(tree)}`,
  );
  return undefined;
}

/** What has no value is pointed at by its name. */
const offsetOf = ({ offset, value }: Entry) => (value.sort === "leaf" && value.value !== null ? value.offset : offset);

const control = (lines: boolean) => (lines ? /[^\P{Cc}\n\t]/u : /\p{Cc}/u);

/** Of what stands in no step. */
export const topScope = (document: Document): Scope => ({ document, step: "", outputs: new Set() });
