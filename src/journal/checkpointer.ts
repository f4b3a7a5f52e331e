import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { StorageError } from "../errors.ts";

/**
 * What runs in the worker. While `guard` reads, nobody can begin the log anew: whoever does so has to wait for the disk,
 * so it is done here, by a write of our own.
 */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const Sqlite = require(workerData.sqlite);
const open = () => {
  const database = new Sqlite(workerData.file, { timeout: 5000, fileMustExist: true });
  database.pragma("synchronous = NORMAL");
  database.pragma("wal_autocheckpoint = 0");
  return database;
};
let guard, keeper;
const steps = {
  ready() {
    guard = open();
    keeper = open();
  },
  copy() {
    if (guard.inTransaction) guard.exec("ROLLBACK");
    guard.exec("BEGIN");
    guard.prepare("SELECT count(*) FROM meta").get();
    keeper.pragma("wal_checkpoint(PASSIVE)");
  },
  restart() {
    guard.exec("ROLLBACK");
    keeper.pragma("wal_checkpoint(TRUNCATE)");
    keeper.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('checkpointed_at', ?)").run(Date.now());
  },
  close() {
    guard?.close();
    keeper?.close();
  },
};
parentPort.on("message", (step) => {
  try {
    steps[step]();
    parentPort.postMessage({ step });
  } catch (error) {
    parentPort.postMessage({ step, error: String(error) });
  }
});
`;

type Step = "ready" | "copy" | "restart" | "close";

/** Moves the write-ahead log of a database into it, in a thread of its own: that waits for the disk. */
export class Checkpointer {
  readonly #worker: Worker;
  readonly #waiting = new Map<Step, { resolve(): void; reject(error: Error): void }>();
  /** Resolves when it has the database open: nothing may be asked of it before. */
  readonly ready: Promise<void>;

  constructor(file: string) {
    const sqlite = createRequire(import.meta.url).resolve("better-sqlite3");
    this.#worker = new Worker(program, { eval: true, workerData: { file, sqlite } });
    // It must not keep the process.
    this.#worker.unref();
    this.#worker.on("message", ({ step, error }: { step: Step; error?: string }) => {
      const waiting = this.#waiting.get(step);
      this.#waiting.delete(step);
      if (error === undefined) waiting?.resolve();
      else waiting?.reject(new StorageError(error));
    });
    this.#worker.on("error", (error) => this.#gone(error));
    this.#worker.on("exit", () => this.#gone(new StorageError("the thread that keeps the history has ended")));
    this.ready = this.#ask("ready");
  }

  /** Move all that is there now; what is written meanwhile stays. */
  copy(): Promise<void> {
    return this.#ask("copy");
  }
  /** Move the rest and begin the log anew: nobody may write meanwhile. */
  restart(): Promise<void> {
    return this.#ask("restart");
  }
  /** Leave the database; whoever is the last there moves what is left. */
  close(): Promise<void> {
    return this.#ask("close");
  }

  terminate(): void {
    void this.#worker.terminate();
  }

  #ask(step: Step): Promise<void> {
    const answer = new Promise<void>((resolve, reject) => this.#waiting.set(step, { resolve, reject }));
    // Nobody may be waiting when it goes.
    answer.catch(() => {});
    this.#worker.postMessage(step);
    return answer;
  }

  #gone(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
