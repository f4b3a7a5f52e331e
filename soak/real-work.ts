import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Worker } from "node:worker_threads";

/** Told of each worker that is made. */
const channel = "worker_threads";

/** Files that are being read or written. */
const filesAtWork = () => process.getActiveResourcesInfo().some((one) => /^(FSReq|CloseReq)/.test(one));

/** What goes on in real time, and has nothing to do with virtual time: the disk, and threads that have been asked something. */
export class RealWork {
  /** What each thread has been asked and has not answered. */
  readonly #asked = new Map<Worker, number>();
  readonly #follow = (message: unknown) => this.#watch((message as { readonly worker: Worker }).worker);

  constructor() {
    subscribe(channel, this.#follow);
  }

  get underWay(): boolean {
    return filesAtWork() || [...this.#asked.values()].some((count) => count > 0);
  }

  end(): void {
    unsubscribe(channel, this.#follow);
    this.#asked.clear();
  }

  #watch(worker: Worker): void {
    const asked = this.#asked;
    asked.set(worker, 0);
    const count = (by: number) => void (asked.has(worker) && asked.set(worker, (asked.get(worker) ?? 0) + by));
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (...message: Parameters<Worker["postMessage"]>) => {
      count(1);
      post(...message);
    };
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      asked.delete(worker);
      return terminate();
    };
    worker.on("message", () => count(-1));
    worker.on("exit", () => asked.delete(worker));
  }
}
