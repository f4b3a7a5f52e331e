import { toldOf, type Word } from "../help/told.ts";
import type { Command } from "../shell.ts";

/** What may stand in a place: words that are known, and names that a gateway knows. */
export interface Wanted {
  readonly words: readonly string[];
  /** Undefined where no gateway has to be asked. */
  readonly names: { readonly of: Word; readonly thing: string | undefined } | undefined;
  /** Of the line so far: where the gateway is, and by whose token it is asked. */
  readonly options: Readonly<Record<string, string>>;
}

const nothing: Wanted = { words: [], names: undefined, options: {} };

/**
 * What may stand in the place of the last of `line`, which follows `benchd` and may have been begun. `load` has a
 * command by its name.
 */
export async function wantedIn(
  line: readonly string[],
  names: readonly string[],
  load: (name: string) => Promise<Command | undefined>,
): Promise<Wanted> {
  const current = line.at(-1) ?? "";
  const [first, ...rest] = line.slice(0, -1);
  if (first === undefined) return { ...nothing, words: [...names, "help", "--help", "--version"] };
  if (first === "help") return rest.length === 0 ? { ...nothing, words: names } : nothing;
  const command = names.includes(first) ? await load(first) : undefined;
  if (!command) return nothing;
  const known = optionsOf(command);
  const { positionals, options, open } = read(rest, known);
  // Of an option's value nothing is known but who is meant by --thing.
  if (open !== undefined) return open === "--thing" ? { ...nothing, options, names: nameOf("thing") } : nothing;
  if (current.startsWith("-")) return { ...nothing, words: [...known.keys(), "--help"] };
  return { ...atPlace(first, positionals), options };
}

/** Options by name, and whether a value follows. They are told in the help of each command, one in a line. */
export function optionsOf({ help, usage }: Command): ReadonlyMap<string, boolean> {
  const lines = help.flatMap((line) => {
    const [, name = "", value] = /^(--[a-z][a-z-]*)(?: (\S+))?(?= {2}|$| [A-Z'])/.exec(line) ?? [];
    return name === "" ? [] : [[name, value !== undefined] as const];
  });
  const used = [...usage.matchAll(/(--[a-z][a-z-]*)( [A-Z0-9][\w=.]*)?/g)];
  return new Map([...used.map(([, name = "", value]) => [name, value !== undefined] as const), ...lines]);
}

/** What has been said by now; `open` is the option whose value is to follow. */
function read(said: readonly string[], known: ReadonlyMap<string, boolean>) {
  const positionals: string[] = [];
  const options: Record<string, string> = {};
  let open: string | undefined;
  for (const one of said) {
    if (open !== undefined) {
      options[open.slice(2)] = one;
      open = undefined;
    } else if (!one.startsWith("--")) positionals.push(one);
    else if (one.includes("=")) options[one.slice(2).replace(/=.*$/s, "")] = one.replace(/^[^=]*=/s, "");
    else if (known.get(one)) open = one;
  }
  return { positionals, options, open };
}

function atPlace(command: string, positionals: readonly string[]): Wanted {
  const words = toldOf(command)?.words ?? [];
  if (isList(words)) return place(words, positionals);
  const [sub, ...after] = positionals;
  const otherwise = words[""] ?? [];
  if (sub === undefined) {
    const subcommands = Object.keys(words).filter((one) => one !== "");
    return { ...place(otherwise, []), words: subcommands };
  }
  const listed = sub !== "" && Object.hasOwn(words, sub) ? words[sub] : undefined;
  return listed ? place(listed, after) : place(otherwise, positionals);
}

const isList = (words: readonly Word[] | Readonly<Record<string, readonly Word[]>>): words is readonly Word[] =>
  Array.isArray(words);

function place(words: readonly Word[], said: readonly string[]): Wanted {
  const last = words.at(-1);
  const word = words[said.length] ?? (last?.endsWith("…") ? last : undefined);
  if (word === undefined || word === "own") return nothing;
  return { ...nothing, names: nameOf(word, said[0]) };
}

const nameOf = (of: Word, thing?: string) => ({ of, thing });
