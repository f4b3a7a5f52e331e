import { type ReadonlySignal, signal } from "@preact/signals";
import { Connection } from "../../src/client/connection.ts";
import { RefusedError, UnreachableError } from "../../src/client/errors.ts";

/** What a Thing has said to the stop. */
export interface StopReport {
  readonly confirmed: boolean;
  readonly error?: string;
}

/** What is known of the latest press. */
export type Pressed =
  | { readonly state: "idle" }
  /** `tries` counts those that nobody has answered. */
  | { readonly state: "sending"; readonly tries: number }
  | {
      readonly state: "answered";
      /** Null while not everything has confirmed it, or nobody says which. */
      readonly things: Readonly<Record<string, StopReport>> | null;
      /** Of all together; null when nobody knows. */
      readonly confirmed: boolean | null;
      /** The latch is on the disk; null when nobody knows. */
      readonly persisted: boolean | null;
    }
  /** The gateway says no. */
  | { readonly state: "refused"; readonly why: string }
  /** Nobody has answered: nobody knows whether anything was stopped. */
  | { readonly state: "unanswered"; readonly why: string };

/** A gateway answers within 2 s. */
const patienceMs = 3000;
/** Until it is sent again when nobody answers; later nobody means it any more. */
const againMs = [300, 700, 1500] as const;

/**
 * Presses the emergency stop. It needs no events and no session: where the one that is there is none any more, it is sent
 * without. Each press is sent at once; what is told is what became of the latest.
 */
export class Stop {
  readonly #connection: Connection;
  readonly #nobody: Connection;
  readonly #now = signal<Pressed>({ state: "idle" });
  #presses = 0;

  /** `nobody` asks the same gateway without a token. */
  constructor(connection: Connection, nobody = new Connection({ url: connection.url })) {
    this.#connection = connection;
    this.#nobody = nobody;
  }

  get now(): ReadonlySignal<Pressed> {
    return this.#now;
  }

  /** Say nothing of it any more. */
  clear(): void {
    if (this.#now.peek().state !== "sending") this.#now.value = { state: "idle" };
  }

  async press(): Promise<void> {
    const press = ++this.#presses;
    const say = (now: Pressed) => {
      if (press === this.#presses) this.#now.value = now;
    };
    say({ state: "sending", tries: 0 });
    for (let tries = 0; ; tries++) {
      try {
        say(told(await this.#send()));
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (error instanceof RefusedError && error.status < 500) return say({ state: "refused", why });
        const wait = againMs[tries];
        if (wait === undefined) return say({ state: "unanswered", why });
        say({ state: "sending", tries: tries + 1 });
        await new Promise<void>((go) => void this.#connection.clock.after(wait, go));
      }
    }
  }

  async #send(): Promise<unknown> {
    try {
      return await this.#post(this.#connection);
    } catch (error) {
      // The session is over: anybody may press it where the gateway says so.
      if (error instanceof RefusedError && error.status === 401) return this.#post(this.#nobody);
      throw error;
    }
  }

  async #post(connection: Connection): Promise<unknown> {
    const late = new AbortController();
    const timer = connection.clock.after(patienceMs, () => late.abort(new UnreachableError("no answer has come")));
    try {
      return (await connection.request("POST", "/emergency_stop", { signal: late.signal })).body;
    } finally {
      timer.cancel();
    }
  }
}

function told(body: unknown): Pressed {
  const {
    things = null,
    confirmed,
    persisted = null,
  } = body as {
    readonly things?: Readonly<Record<string, StopReport>> | null;
    readonly confirmed?: boolean | null;
    readonly persisted?: boolean | null;
  };
  const all = things && Object.values(things).every((one) => one.confirmed);
  return { state: "answered", things, confirmed: confirmed ?? all, persisted };
}
