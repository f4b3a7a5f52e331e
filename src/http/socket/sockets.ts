import type { IncomingMessage } from "node:http";
import type { WebSocket } from "@fastify/websocket";
import type { Clock, Timer } from "../../clock.ts";
import { Places } from "../places.ts";
import type { Session } from "./session.ts";

/** So many at a time, of all Things together. */
const maxSockets = 200;
/** How often each is asked whether it is still there. */
const pingMs = 30_000;
/** Messages and pings of one client within a second. */
const maxPerSecond = 100;
/** For a client to say goodbye when the server closes. */
const goodbyeMs = 1000;

/** Codes of RFC 6455, by which a socket is closed. */
const goingAway = 1001;
const policyViolation = 1008;
const tryAgainLater = 1013;

interface Kept {
  /** It has said something, or answered a ping, since the last one. */
  alive: boolean;
  /** What it has said since `since`. */
  said: number;
  since: number;
}

/** The open WebSockets: a bounded number, none of which is kept when its client says nothing any more, or too much. */
export class Sockets {
  readonly #clock: Clock;
  readonly #all = new Map<WebSocket, Kept>();
  /** What each request for one has become. */
  readonly #opened = new WeakMap<IncomingMessage, WebSocket>();
  readonly places = new Places({ max: maxSockets, full: "too many WebSockets are open already" });
  #pings: Timer | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keep a place for what `request` is about to become. Throws `LaneFullError`. */
  expect(request: IncomingMessage, by: string | undefined): void {
    const { socket: connection } = request;
    const leave = this.places.take(by, () => {
      const socket = this.#opened.get(request);
      if (socket) this.#sendHome(socket);
      else connection.destroy();
    });
    if (connection.destroyed) leave();
    else connection.once("close", leave);
  }

  /** Have `session` hear what comes, until its client leaves or is made to. */
  add(socket: WebSocket, session: Session, request: IncomingMessage): void {
    this.#opened.set(request, socket);
    const kept: Kept = { alive: true, said: 0, since: this.#clock.now() };
    this.#all.set(socket, kept);
    socket.on("message", (data, isBinary) => {
      if (!this.#hears(socket, kept)) return;
      if (isBinary) session.refuseBinary();
      else session.receive(String(data));
    });
    socket.on("ping", () => this.#hears(socket, kept));
    socket.on("pong", () => {
      kept.alive = true;
    });
    socket.once("close", () => {
      this.#all.delete(socket);
      session.end();
      if (this.#all.size === 0) this.#stopPings();
    });
    this.#pings ??= this.#clock.after(pingMs, () => this.#ping());
  }

  /** The server closes: all are sent home, and nobody waits for one who does not go. */
  close(): void {
    this.#closed = true;
    this.#stopPings();
    this.places.close();
  }

  #sendHome(socket: WebSocket): void {
    if (this.#closed) socket.close(goingAway, "the gateway closes");
    else socket.close(tryAgainLater, "the place is somebody else's now");
    const timer = this.#clock.after(goodbyeMs, () => socket.terminate());
    socket.once("close", () => timer.cancel());
  }

  /** False once the client has said too much, or has been sent away. */
  #hears(socket: WebSocket, kept: Kept): boolean {
    if (socket.readyState !== socket.OPEN) return false;
    kept.alive = true;
    const now = this.#clock.now();
    if (now - kept.since >= 1000) Object.assign(kept, { since: now, said: 0 });
    if (++kept.said <= maxPerSecond) return true;
    socket.close(policyViolation, `more than ${maxPerSecond} messages in a second`);
    return false;
  }

  #ping(): void {
    this.#pings = this.#clock.after(pingMs, () => this.#ping());
    for (const [socket, kept] of this.#all) {
      if (!kept.alive) socket.terminate();
      else {
        kept.alive = false;
        if (socket.readyState === socket.OPEN) socket.ping();
      }
    }
  }

  #stopPings(): void {
    this.#pings?.cancel();
    this.#pings = undefined;
  }
}
