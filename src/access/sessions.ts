import { hash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Principal } from "./principal.ts";
import { newToken, readToken, tokenText } from "./token-text.ts";

/** At the longest; milliseconds. */
const lastsMs = 12 * 3600_000;
/** Of one token, and of all together: the oldest goes for a new one. */
const maxOfOne = 20;
const maxOfAll = 1000;

/** What a page has in place of a token: as good, but it ends soon, and with the page's tab. */
export class Session {
  /** Whose it is. */
  readonly principal: Principal;
  /** When it ends unless it has ended before; milliseconds since 1970. */
  readonly until: number;
  readonly #held = new Set<() => void>();
  readonly #ended: () => void;

  constructor(principal: Principal, until: number, ended: () => void) {
    this.principal = principal;
    this.until = until;
    this.#ended = ended;
  }

  /** `end` is called when it ends before what it is holding open has; returns how to say that it has. */
  hold(end: () => void): () => void {
    this.#held.add(end);
    return () => void this.#held.delete(end);
  }

  end(): void {
    this.#ended();
    for (const end of this.#held) end();
    this.#held.clear();
  }
}

/** The sessions of a gateway, in memory only: a restart ends them all. */
export class Sessions {
  /** The process clock. */
  readonly #clock: Clock;
  /** The oldest first, by the hash of what is sent: of that nobody can guess a part. */
  readonly #all = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#all.size;
  }

  /** One for somebody who has shown his token, and the text that stands for it. */
  begin(principal: Principal): { readonly text: string; readonly session: Session } {
    this.#makeRoom(principal.key);
    const text = tokenText(newToken());
    const key = digest(text);
    const timer = this.#clock.after(lastsMs, () => session.end());
    const session = new Session(principal, Date.now() + lastsMs, () => {
      timer.cancel();
      this.#all.delete(key);
    });
    this.#all.set(key, session);
    return { text, session };
  }

  /** Undefined for what is none, or has ended. */
  find(text: string): Session | undefined {
    return this.#all.size > 0 && readToken(text) ? this.#all.get(digest(text)) : undefined;
  }

  /** The token of that key has ended, and all that was begun with it ends. */
  endOf(key: string): void {
    for (const session of this.#of(key)) session.end();
  }

  close(): void {
    for (const session of [...this.#all.values()]) session.end();
  }

  /** Whoever signs in often does it at his own expense, else whoever has most. */
  #makeRoom(key: string | undefined): void {
    const own = this.#of(key);
    if (own.length >= maxOfOne) own[0]?.end();
    else if (this.#all.size >= maxOfAll) this.#ofWhoeverHasMost()[0]?.end();
  }

  #of(key: string | undefined): readonly Session[] {
    return [...this.#all.values()].filter(({ principal }) => principal.key === key);
  }

  #ofWhoeverHasMost(): readonly Session[] {
    const keys = new Set([...this.#all.values()].map(({ principal }) => principal.key));
    const each = [...keys].map((key) => this.#of(key));
    return each.reduce((most, some) => (some.length > most.length ? some : most), []);
  }
}

const digest = (text: string): string => hash("sha256", text, "base64url");
