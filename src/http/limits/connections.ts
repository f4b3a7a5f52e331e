import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { LaneFullError } from "../../errors.ts";
import type { Limits } from "../../gateway/config/limits.ts";
import { refuse } from "../answer.ts";
import { Places, type PlacesOptions } from "../places.ts";
import { securityHeaders } from "../security.ts";
import { retryAfter } from "../status.ts";
import type { App } from "../view.ts";
import { addressKey, localhost } from "./address.ts";
import type { Bites } from "./bites.ts";
import { isNeverLimited } from "./unlimited.ts";

/** For this machine beyond all others, so that whoever sits at it can work. */
const reserved = { key: localhost, count: 16 };
/** For whoever gets no other connection: just to stop something, and to see how the gateway is. */
const maxLast = 64;
const full = "there are too many connections: only stops are done now. Try again later";

/** What somebody does on a connection. */
interface Use {
  readonly socket: Socket;
  /** In the order in which they were used last. */
  since: number;
  answer?: ServerResponse;
  /** There is no place for it. */
  last?: boolean;
}

/**
 * The connections: so many in all, shared fairly among addresses. Who opens too many loses those that are idle, the
 * longest idle first, so that a new one is not kept out by a flood of empty ones, not even from its own address. When all
 * are busy a few more are let in, on which nothing is done but stops.
 */
export class Connections {
  readonly #places: Places;
  readonly #last = new Places({ max: maxLast, full });
  readonly #bites: Bites;
  readonly #uses = new WeakMap<Socket, Use>();
  /** By the other end: with TLS, requests come on another socket than the one that was connected. */
  readonly #byEnd = new Map<string, Use>();
  #count = 0;

  /** Where fewer may be than before, those that are there stay until somebody needs their place. */
  constructor(limits: Pick<Limits, "connections">, bites: Bites) {
    const places: PlacesOptions = {
      ...{ full, reserved },
      get max() {
        return limits.connections;
      },
    };
    this.#places = new Places(places);
    this.#bites = bites;
  }

  get size(): number {
    return this.#places.size + this.#last.size;
  }

  /** Count those of a server from the first byte on, also before TLS has been spoken. */
  watch(app: App): void {
    app.server.on("connection", (socket: Socket) => this.#connected(socket));
    app.addHook("onRequest", (request, reply, done) => {
      const use = this.#useOf(request.raw.socket);
      if (use) Object.assign(use, { since: ++this.#count, answer: reply.raw });
      if (use?.last && !mayPass(request, reply)) return;
      done();
    });
    app.addHook("preClose", async () => this.#leaveUnasked());
  }

  /** For Node these are not idle: a server that ends would wait for them, until whoever has opened one leaves by himself. */
  #leaveUnasked(): void {
    for (const { answer, socket } of this.#byEnd.values()) if (!answer) socket.destroy();
  }

  #connected(socket: Socket): void {
    const end = endOf(socket);
    const use: Use = { socket, since: ++this.#count };
    const leave = this.#take(socket, use);
    if (!leave) return;
    this.#byEnd.set(end, use);
    socket.once("close", () => {
      leave();
      if (this.#byEnd.get(end) === use) this.#byEnd.delete(end);
    });
  }

  #take(socket: Socket, use: Use): (() => void) | undefined {
    const key = addressKey(socket.remoteAddress);
    const end = () => {
      this.#bites.note("connections", key);
      socket.destroy();
    };
    const idleSince = () => (isIdle(use) ? use.since : undefined);
    for (const places of [this.#places, this.#last]) {
      use.last = places === this.#last;
      try {
        return places.take(key, end, idleSince);
      } catch (error) {
        if (!(error instanceof LaneFullError)) throw error;
      }
    }
    end();
    return undefined;
  }

  #useOf(socket: Socket): Use | undefined {
    const use = this.#uses.get(socket) ?? this.#byEnd.get(endOf(socket));
    if (use) this.#uses.set(socket, use);
    return use;
  }
}

function mayPass(request: FastifyRequest, reply: FastifyReply): boolean {
  reply.headers({ ...securityHeaders, connection: "close" });
  if (isNeverLimited(request)) return true;
  refuse(reply.header("retry-after", retryAfter), 503, full);
  return false;
}

const endOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/** Nothing has been asked for, or not to its end, or it has been answered and read. */
const isIdle = ({ answer }: Use) => !answer?.req.complete || answer.writableFinished || answer.destroyed;
