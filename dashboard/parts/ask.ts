import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Connection } from "../../src/client/connection.ts";
import { BenchError, RefusedError, UnreachableError } from "../../src/client/errors.ts";
import { tells } from "../../src/client/once.ts";
import { timesInZone } from "./time-text.ts";

/** How a request stands. */
export interface Asked {
  /** `unknown`: nobody knows whether it was done. */
  readonly state: "idle" | "busy" | "done" | "refused" | "unknown";
  /** What to say of it. */
  readonly words: string;
  /** What is wrong with each field of the body, by JSON pointer; "" is all of it. */
  readonly fields: ReadonlyMap<string, string>;
}

interface Wanted {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How it is asked again when the answer was lost: `keyed`, as unless told, where the gateway looks at keys; `harmless`
   * where asking twice does no more than asking once.
   */
  readonly again?: "keyed" | "harmless";
  /** What to say meanwhile. */
  readonly busy?: string;
}

/** So long an answer is waited for, and so long until it is asked again; ms. */
const patienceMs = 20_000;
const againMs = [500, 1500, 3000, 5000] as const;
/** Whoever presses again so soon has pressed twice, or holds a key down, and means it once; ms. */
const onceMs = 700;

const idle: Asked = { state: "idle", words: "", fields: new Map() };

/** What is asked, as far as a request has to know it. */
interface Gateway {
  readonly connection: Connection;
  /** As it was when the page was made, or when events have begun to come again. */
  readonly about: ReadonlySignal<{ readonly startedAt: string } | undefined>;
  /** Under which leases it is asked for. */
  leaseHeaders?(): Readonly<Record<string, string>>;
}

/**
 * A request that a button makes. When its answer is lost it is repeated under the same key, so that it is done once; when that
 * stays lost it says that nobody knows, and pressing again asks about the same. A gateway that was started anew may have
 * forgotten its keys, and is not asked twice.
 */
export class Ask {
  readonly #gateway: Gateway;
  readonly #now = signal<Asked>(idle);
  /** Of a request whose answer was lost, and what it was. */
  #lost: Attempt | undefined;
  /** When it was pressed last, and what was done last, or may have been. */
  #pressedAt = Number.NEGATIVE_INFINITY;
  #done = "";

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  get now(): ReadonlySignal<Asked> {
    return this.#now;
  }

  /** Say nothing of it any more. */
  clear(): void {
    if (this.#now.peek().state !== "busy") this.#now.value = idle;
  }

  /** The answer; undefined when there is none, which `now` explains. One at a time, and what is pressed twice is done once. */
  async send(method: string, path: string, wanted: Wanted = {}): Promise<Answer | undefined> {
    const pressedAt = this.#gateway.connection.clock.now();
    const isSoon = pressedAt - this.#pressedAt < onceMs;
    this.#pressedAt = pressedAt;
    const { state } = this.#now.peek();
    if (state === "busy") return undefined;
    const what = JSON.stringify([method, path, wanted.query, wanted.body]);
    if (isSoon && what === this.#done && wanted.again !== "harmless") {
      if (state === "done") this.#say("done", "That was pressed twice, and asked for once.");
      return undefined;
    }
    this.#done = "";
    const startedAt = this.#gateway.about.peek()?.startedAt;
    const repeated = this.#lost?.what === what;
    const attempt = this.#lost && repeated ? this.#lost : { key: newKey(), what, startedAt };
    this.#lost = undefined;
    this.#say("busy", repeated ? askingAgain : (wanted.busy ?? "Asking the gateway…"));
    for (let tries = repeated ? 1 : 0; ; tries++) {
      try {
        if (tries > 0 && wanted.again !== "harmless") await this.#sameGateway(attempt);
        const answer = await this.#once(method, path, wanted, attempt.key);
        this.#done = what;
        this.#say("done", "");
        return answer;
      } catch (error) {
        if (error instanceof RestartedError) {
          this.#done = what;
          this.#say("unknown", `Nobody knows whether that was done: ${error.message}. Look at the device.`);
          return undefined;
        }
        if (error instanceof RefusedError && tells(error, tries > 0)) {
          this.#refused(error);
          return undefined;
        }
        const wait = againMs[tries];
        if (wait === undefined) {
          this.#lost = attempt;
          this.#say("unknown", nobodyKnows(error));
          return undefined;
        }
        this.#say("busy", askingAgain);
        await new Promise<void>((go) => void this.#gateway.connection.clock.after(wait, go));
      }
    }
  }

  async #sameGateway({ startedAt }: Attempt): Promise<void> {
    const about = await this.#inTime((signal) => this.#gateway.connection.get("/gateway/about", { signal }));
    if (startedAt !== undefined && member(about, "startedAt") !== startedAt) throw new RestartedError();
  }

  #once(method: string, path: string, wanted: Wanted, key: string): Promise<Answer> {
    const { body, query, again = "keyed" } = wanted;
    const headers = {
      ...this.#gateway.leaseHeaders?.(),
      ...wanted.headers,
      ...(again === "keyed" && { "idempotency-key": `"${key}"` }),
    };
    return this.#inTime((signal) => this.#gateway.connection.request(method, path, { body, query, headers, signal }));
  }

  async #inTime<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const lost = () => late.abort(new UnreachableError("no answer has come"));
    const timer = this.#gateway.connection.clock.after(patienceMs, lost);
    try {
      return await ask(late.signal);
    } finally {
      timer.cancel();
    }
  }

  #refused(error: RefusedError): void {
    if (error.code === "BENCHD_KEY_OUTCOME") this.#say("unknown", error.detail);
    else this.#now.value = { state: "refused", words: wordsOf(error), fields: fieldsOf(error.problem) };
  }

  #say(state: Asked["state"], words: string): void {
    this.#now.value = { state, words, fields: new Map() };
  }
}

interface Attempt {
  readonly key: string;
  readonly what: string;
  /** Of the gateway that was asked first. */
  readonly startedAt: string | undefined;
}

class RestartedError extends BenchError {
  constructor() {
    super("the gateway was started anew meanwhile");
  }
}

const askingAgain = "The answer was lost. Asking again whether it was done…";

function nobodyKnows(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `Nobody knows whether that was done: ${why}. Look at the device, or press again: that asks about the same, and does nothing twice.`;
}

/** Why not, and when to try again. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof RefusedError)) return error instanceof Error ? error.message : String(error);
  const { detail, retryAfterMs } = error;
  const words =
    fieldsOf(error.problem).size > 0 ? "That does not fit: see the fields." : timesInZone(detail, Date.now());
  return retryAfterMs === undefined ? words : `${words} (try again in ${Math.ceil(retryAfterMs / 1000)} s)`;
}

/** What a 422 says of each field: `detail` is a list of `{ loc, msg }`. */
export function fieldsOf(problem: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const detail = member(problem, "detail");
  if (!Array.isArray(detail)) return found;
  for (const one of detail) {
    const [loc, msg] = [member(one, "loc"), member(one, "msg")];
    if (!Array.isArray(loc) || loc[0] !== "body" || typeof msg !== "string") continue;
    const path = loc.slice(1).map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`);
    const words = msg.replace(/^Value error, /, "").slice(0, 500);
    if (!found.has(path.join(""))) found.set(path.join(""), words);
  }
  return found;
}

/** `crypto.randomUUID` is only there where a page is secure, and a gateway may be reached without TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
