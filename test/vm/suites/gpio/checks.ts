/** Runs checks one by one and prints each as a line of TAP. */
export class Checks {
  #count = 0;
  #failed = 0;

  async check(name: string, run: () => Promise<void>): Promise<void> {
    const number = ++this.#count;
    const start = performance.now();
    try {
      await run();
      this.#print(`ok ${number} - ${name} # ${Math.round(performance.now() - start)} ms`);
    } catch (error) {
      this.#failed++;
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#print(`not ok ${number} - ${name}\n${told.replaceAll(/^/gm, "# ")}`);
    }
  }

  /** The plan, and the exit status. */
  end(): number {
    this.#print(`1..${this.#count}`);
    return this.#failed === 0 ? 0 : 1;
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}
