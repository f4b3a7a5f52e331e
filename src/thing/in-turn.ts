/** Does one thing after the other, however the one before has ended. */
export class InTurn {
  #last: Promise<void> = Promise.resolve();

  take(task: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
