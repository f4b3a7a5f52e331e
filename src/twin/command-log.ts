const kept = 1000;

interface Waiter {
  matches(command: string): boolean;
  found(command: string): void;
}

/** What a simulated device was told, and who waits for it to be told something. */
export class CommandLog {
  readonly #commands: string[] = [];
  readonly #waiters = new Set<Waiter>();

  /** The last 1000, oldest first. */
  get commands(): readonly string[] {
    return this.#commands;
  }

  add(command: string): void {
    if (this.#commands.push(command) > kept) this.#commands.shift();
    for (const waiter of this.#waiters) {
      if (!waiter.matches(command)) continue;
      this.#waiters.delete(waiter);
      waiter.found(command);
    }
  }

  /** The next command that is `pattern`, or matches it. */
  next(pattern: string | RegExp): Promise<string> {
    const matches = (command: string) => (typeof pattern === "string" ? command === pattern : pattern.test(command));
    return new Promise((found) => this.#waiters.add({ matches, found }));
  }
}
