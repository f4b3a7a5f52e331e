import { connect, type Socket } from "node:net";
import { type Read, readAnswers } from "./answers.ts";
import type { Case } from "./case.ts";
import type { Outcome } from "./judge.ts";

/** Nothing may take longer; ms. */
const maxMs = 30_000;
/** What is no request may still be answered within this time before its client hangs up; ms. */
const lingerMs = 15;
/** Who may wait for an hour does so for this time only, and leaves; ms. */
const patienceMs = 4000;
const waits = /[?&]wait=/;
/** These never end by themselves: their beginning is enough. */
const streams = /^(text\/event-stream|multipart\/)/;

/** A client with one connection at a time, which it keeps for as long as it may. */
export class Client {
  readonly #port: number;
  #socket: Socket | undefined;
  /** How many connections there have been. */
  connections = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** Send a case, and have what comes of it. `pieces` are its own, with what only the gateway knows filled in. */
  async send(one: Case, pieces: readonly string[]): Promise<Outcome> {
    const kept = this.#socket;
    const outcome = await this.#exchange(one, pieces);
    // The gateway may close what is idle, just as it is used again.
    const never = kept !== undefined && outcome.closed && outcome.answers.length === 0 && outcome.rest.length === 0;
    return never ? this.#exchange(one, pieces) : outcome;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #exchange({ sort, methods }: Case, pieces: readonly string[]): Promise<Outcome> {
    const socket = this.#open();
    const endless = sort !== "requests";
    return new Promise((resolve) => {
      const came: Buffer[] = [];
      const read = () => readAnswers(Buffer.concat(came), methods);
      let linger: NodeJS.Timeout | undefined;
      const done = (outcome: Omit<Outcome, "timedOut" | "closed" | "left"> & Partial<Outcome>) => {
        clearTimeout(timer);
        clearTimeout(linger);
        socket.off("data", take).off("close", closed);
        const said = outcome.answers.at(-1)?.headers.get("connection") === "close";
        if (endless || outcome.left || outcome.timedOut || outcome.faults.length > 0 || said) this.#drop(socket);
        resolve({ timedOut: false, closed: false, left: false, ...outcome });
      };
      const closed = () => done({ ...read(), closed: true });
      const take = (data: Buffer) => {
        came.push(data);
        if (endless) return;
        const now = read();
        if (inStream(now)) done({ ...now, left: true });
        else if (now.faults.length > 0) done(now);
        else if (now.answers.filter(({ whole }) => whole).length >= methods.length) done(now);
      };
      const patient = pieces.some((piece) => waits.test(piece));
      const over = () => {
        const now = read();
        done({ ...now, ...(patient || inStream(now) ? { left: true } : { timedOut: true }) });
      };
      const timer = setTimeout(over, patient ? patienceMs : maxMs);
      socket.on("data", take).once("close", closed);
      void writeAll(socket, pieces).then(() => {
        if (endless && !socket.destroyed) linger = setTimeout(() => socket.end(), lingerMs);
      });
    });
  }

  #open(): Socket {
    if (this.#socket && !this.#socket.destroyed && this.#socket.writable && this.#socket.readable) return this.#socket;
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    // What matters comes as "close".
    socket.on("error", () => {});
    this.#socket = socket;
    this.connections++;
    return socket;
  }

  #drop(socket: Socket): void {
    socket.destroy();
    if (this.#socket === socket) this.#socket = undefined;
  }
}

/** Whether what comes never ends; what has been sent behind it may not even be read. */
function inStream({ answers }: Read): boolean {
  const last = answers.at(-1);
  return last?.whole === false && streams.test(last.headers.get("content-type") ?? "");
}

/** With a turn of the event loop between the pieces, so that they may arrive apart. */
async function writeAll(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) await new Promise((resolve) => setImmediate(resolve));
    if (!socket.destroyed) socket.write(piece, "latin1");
  }
}
