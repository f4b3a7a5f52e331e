import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { JsonFile } from "../journal/atomic-file.ts";
import type { Grant } from "./principal.ts";
import { isSecretOf, type StoredToken, sealed } from "./stored-token.ts";
import type { TokenFolder } from "./token-folder.ts";
import { TokenShelf } from "./token-shelf.ts";
import { newToken, readToken, tokenText } from "./token-text.ts";
import { TokenUse } from "./token-use.ts";
import { TrustedTime } from "./trusted-time.ts";

/** A token that holds. */
export interface Token {
  /** Of whoever has it. */
  readonly name: string;
  /** Whose rates, places and keys of requests are meant: tells a token from all others, also from one of the same name. */
  readonly key: string;
  readonly grants: readonly Grant[];
}

interface Options {
  readonly folder: Pick<TokenFolder, "ids" | "read">;
  /** Where it is kept what was used when. */
  readonly memory: { read(): Promise<JsonFile>; write(value: unknown): Promise<boolean> };
  /** The process clock. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallClock?(): number;
  /** Whether the wall clock is known to be right. */
  clockTrusted(): boolean;
  note(entry: { readonly by: string; readonly what: string; readonly detail: string }): void;
  log(level: LogLevel, message: string): void;
}

/** How soon a token counts that was made, and one is over that was revoked; milliseconds. */
const lookEveryMs = 1000;

/** So many are known again in a second. */
const maxShown = 1000;

/** Whoever makes and revokes tokens is on this machine. */
const thisMachine = "this machine";

/** The tokens of a gateway that runs. It looks every second what has become of them on disk. */
export class Tokens {
  /** For whoever is on this machine and may read what the gateway keeps; it ends with the gateway. */
  readonly local: string;
  readonly #options: Options;
  readonly #shelf: TokenShelf;
  readonly #expired = new Set<string>();
  /** Those that were shown since it looked last, by what was shown: who asks a thousand times in a second is checked once. */
  readonly #shown = new Map<string, StoredToken>();
  readonly #listeners = new Set<(key: string) => void>();
  readonly #localToken: StoredToken;
  readonly #time: TrustedTime;
  readonly #use: TokenUse;
  #looking: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failing = false;
  #closed = false;

  private constructor(options: Options, use: TokenUse) {
    this.#options = options;
    this.#use = use;
    this.#shelf = new TokenShelf(options);
    this.#time = new TrustedTime({ ...options, latest: use.trusted });
    const text = newToken();
    this.local = tokenText(text);
    const created = new Date(this.#time.now()).toISOString();
    const grants = [{ scope: "admin" }] as const;
    this.#localToken = sealed(text, { name: thisMachine, grants, created, expires: null });
  }

  /** Those of the folder. Throws `StorageError` when they cannot be read. */
  static async open(options: Options): Promise<Tokens> {
    const tokens = new Tokens(options, await TokenUse.read(options));
    await tokens.#lookOnce();
    tokens.#lookLater();
    return tokens;
  }

  /** How many hold. */
  get size(): number {
    return this.#shelf.all.filter((stored) => !this.#hasExpired(stored)).length;
  }

  /** Whose token that is; undefined for one that is none, was revoked, or has expired. */
  verify(text: string): Token | undefined {
    const shown = this.#shown.get(text);
    const stored = shown && this.#of(shown.id) === shown ? shown : this.#prove(text);
    if (!stored || this.#hasExpired(stored)) return undefined;
    if (stored !== this.#localToken) this.#use.used(stored.id, this.#time.now());
    return { name: stored.name, key: keyOf(stored), grants: stored.grants };
  }

  /** Whichever is none takes as long, whatever is wrong with it. */
  #prove(text: string): StoredToken | undefined {
    const said = readToken(text);
    if (!said) return undefined;
    const stored = this.#of(said.id);
    if (!isSecretOf(stored, said.secret) || !stored) return undefined;
    if (this.#shown.size < maxShown) this.#shown.set(text, stored);
    return stored;
  }

  #of(id: string): StoredToken | undefined {
    return id === this.#localToken.id ? this.#localToken : this.#shelf.get(id);
  }

  /** `heard` gets the key of each token that was revoked or has expired; returns how to stop that. */
  onEnded(heard: (key: string) => void): () => void {
    this.#listeners.add(heard);
    return () => void this.#listeners.delete(heard);
  }

  /** See now what has become of them on disk; never rejects. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#looking;
    await this.#use.write(this.#time.latest);
  }

  #lookLater(): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(lookEveryMs, () => void this.refresh().then(() => this.#lookLater()));
  }

  async #look(): Promise<void> {
    try {
      await this.#lookOnce();
      this.#failing = false;
    } catch (error) {
      // Those that are known hold: a disk that is ill locks nobody out.
      if (!this.#failing) this.#options.log("error", `the tokens: ${error instanceof Error ? error.message : error}`);
      this.#failing = true;
      // Nor does it let anybody stay.
      this.#endExpired();
    }
  }

  async #lookOnce(): Promise<void> {
    // What opens anything is kept no longer than it has to be.
    this.#shown.clear();
    const { ids, gone, come } = await this.#shelf.look();
    for (const stored of gone) this.#revoked(stored);
    for (const { id, name } of this.#use.forget(ids)) this.#note("token.revoked", `${name} (${id}), meanwhile`);
    this.#time.tick();
    for (const stored of come) this.#meet(stored);
    this.#endExpired();
    await this.#use.writeIfDue(this.#time.latest);
  }

  #endExpired(): void {
    for (const stored of this.#shelf.all) {
      if (!this.#hasExpired(stored)) this.#expired.delete(stored.id);
      else if (!this.#expired.has(stored.id)) this.#expire(stored);
    }
  }

  #meet(stored: StoredToken): void {
    // Told of in the run in which it was made, or in the first after that.
    if (this.#use.meet(stored)) this.#note("token.created", described(stored));
    // One that had expired before this run is no news.
    if (this.#hasExpired(stored)) this.#expired.add(stored.id);
  }

  #revoked(stored: StoredToken): void {
    this.#expired.delete(stored.id);
    this.#use.forgetOne(stored.id);
    this.#note("token.revoked", described(stored));
    this.#tell(stored);
  }

  #expire(stored: StoredToken): void {
    this.#expired.add(stored.id);
    this.#use.urgent();
    this.#note("token.expired", described(stored));
    this.#tell(stored);
  }

  #tell(stored: StoredToken): void {
    for (const heard of this.#listeners) heard(keyOf(stored));
  }

  #note(what: string, detail: string): void {
    this.#use.urgent();
    this.#options.note({ by: thisMachine, what, detail });
    this.#options.log("info", `${what}: ${detail}`);
  }

  #hasExpired({ expires }: StoredToken): boolean {
    return expires !== null && this.#time.now() >= Date.parse(expires);
  }
}

const keyOf = ({ id }: StoredToken): string => `token:${id}`;

const described = ({ id, name, grants, expires }: StoredToken): string => {
  const may = grants.map(({ scope, things }) => (things ? `${scope} of ${things.join(", ")}` : scope)).join("; ");
  return `${name} (${id}): ${may}${expires === null ? "" : `; until ${expires}`}`;
};
