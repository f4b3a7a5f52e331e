import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { type JsonFile, readJson } from "../journal/atomic-file.ts";
import type { StoredToken } from "./stored-token.ts";
import { isTokenId } from "./token-text.ts";

interface Memory {
  read(): Promise<JsonFile>;
  /** Whether the disk has it; never rejects. */
  write(value: unknown): Promise<boolean>;
}

interface Options {
  readonly memory: Memory;
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

interface Use {
  readonly name: string;
  /** Milliseconds since 1970; null for never. */
  used: number | null;
}

/** How often it is written down who has used his token when; milliseconds. */
const writeEveryMs = 60_000;

/** When each token was used, and which are known; kept over the gateway's end, so that what happens meanwhile is noticed. */
export class TokenUse {
  /** The latest wall-clock time that was known to be right. */
  readonly trusted: number;
  readonly #memory: Memory;
  readonly #clock: Clock;
  readonly #tokens: Map<string, Use>;
  #written: number;
  #owed = false;
  #urgent = false;

  private constructor(memory: Memory, clock: Clock, { trusted, tokens }: Kept) {
    this.#memory = memory;
    this.#clock = clock;
    this.trusted = trusted;
    this.#tokens = tokens;
    this.#written = clock.now();
  }

  static async read({ memory, clock, log }: Options): Promise<TokenUse> {
    const read = await memory.read();
    if (read.found === "damage")
      log("warning", `when tokens were used is forgotten, as its file was damaged (kept as ${read.setAside})`);
    return new TokenUse(memory, clock, keptIn(read.found === "value" ? read.value : undefined));
  }

  /** Whether it is a token that was not known before. */
  meet({ id, name }: StoredToken): boolean {
    if (this.#tokens.has(id)) return false;
    this.#tokens.set(id, { name, used: null });
    this.#owed = true;
    return true;
  }

  used(id: string, at: number): void {
    const known = this.#tokens.get(id);
    if (!known) return;
    // Whoever has just given it to somebody wonders whether it works.
    if (known.used === null) this.#urgent = true;
    known.used = at;
    this.#owed = true;
  }

  /** Those that are not there any more. */
  forget(there: ReadonlySet<string>): readonly { readonly id: string; readonly name: string }[] {
    const gone = [...this.#tokens].filter(([id]) => !there.has(id));
    for (const [id] of gone) this.forgetOne(id);
    return gone.map(([id, { name }]) => ({ id, name }));
  }

  forgetOne(id: string): void {
    this.#owed = this.#tokens.delete(id) || this.#owed;
  }

  /** It is to be written down at the next opportunity. */
  urgent(): void {
    this.#owed = true;
    this.#urgent = true;
  }

  async writeIfDue(trusted: number): Promise<void> {
    if (this.#urgent || this.#clock.now() - this.#written >= writeEveryMs) await this.write(trusted);
  }

  async write(trusted: number): Promise<void> {
    if (!this.#owed) return;
    this.#owed = false;
    this.#urgent = false;
    this.#written = this.#clock.now();
    const value = { version: 1, trusted, tokens: Object.fromEntries(this.#tokens) };
    if (!(await this.#memory.write(value))) this.#owed = true;
  }
}

/** When each token was used, milliseconds since 1970, as the gateway has written it down. */
export async function readUses(file: string): Promise<ReadonlyMap<string, number | null>> {
  const read = await readJson(file);
  const { tokens } = keptIn(read.found === "value" ? read.value : undefined);
  return new Map([...tokens].map(([id, { used }]) => [id, used]));
}

interface Kept {
  readonly trusted: number;
  readonly tokens: Map<string, Use>;
}

/** What the file of it says; nothing of what it does not say as we do. */
function keptIn(value: unknown): Kept {
  const { trusted, tokens } = (value ?? {}) as { readonly trusted?: unknown; readonly tokens?: unknown };
  const entries = typeof tokens === "object" && tokens !== null ? Object.entries(tokens) : [];
  const sound = entries.flatMap(([id, use]): [string, Use][] => {
    const { name, used } = (use ?? {}) as { readonly name?: unknown; readonly used?: unknown };
    if (typeof name !== "string" || !isTokenId(id)) return [];
    return [[id, { name, used: isTime(used) ? used : null }]];
  });
  return { trusted: isTime(trusted) ? trusted : 0, tokens: new Map(sound) };
}

/** Milliseconds of a time that a Date can tell. */
const isTime = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= 8.64e15;
