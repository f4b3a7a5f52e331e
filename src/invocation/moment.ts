/** Something that comes once, and that some may wait for: most do not, so the promise is made when it is asked for. */
export class Moment {
  #come = false;
  #promise: Promise<void> | undefined;
  #resolve: (() => void) | undefined;

  /** `come`: it has been. */
  constructor(come = false) {
    this.#come = come;
  }

  get promise(): Promise<void> {
    this.#promise ??= this.#come
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#resolve = resolve;
        });
    return this.#promise;
  }

  come(): void {
    this.#come = true;
    this.#resolve?.();
  }
}
