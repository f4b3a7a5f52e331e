import type { LogLevel } from "../context.ts";
import { BenchdError } from "../errors.ts";
import type { Call } from "./call.ts";
import { asError, type Frame } from "./frame.ts";
import type { Ending, Invocation } from "./invocation.ts";
import { type InvocationFilter, type Journal, matches } from "./journal.ts";
import type { Lane } from "./lane.ts";
import { isTerminal } from "./state.ts";
import type { Ticket } from "./ticket.ts";

/** An invocation that has not ended. */
export interface Live {
  readonly invocation: Invocation;
  readonly frame: Frame;
  readonly call: Call;
  /** While it waits for its lanes. */
  ticket: Ticket | undefined;
}

/** The invocations that have not ended, and how they come to their end in the journal. */
export class LiveInvocations {
  readonly #journal: Journal;
  readonly #log: (thing: string, level: LogLevel, message: string) => void;
  readonly #live = new Map<string, Live>();

  constructor(journal: Journal, log: (thing: string, level: LogLevel, message: string) => void) {
    this.#journal = journal;
    this.#log = log;
  }

  add(live: Live): void {
    this.#live.set(live.invocation.id, live);
  }

  get(id: string): Live | undefined {
    return this.#live.get(id);
  }

  /** All of them as they are now, oldest first; also those that the journal has yet to record. */
  all(): readonly Live[] {
    return [...this.#live.values()].filter(({ invocation }) => !isTerminal(invocation.status));
  }

  /** A run that an urgent call, being the same, can share. */
  equalOf({ owner, name, input, sharedBy = input }: Call): Invocation | undefined {
    const wanted = JSON.stringify(sharedBy);
    for (const { invocation, frame, call } of this.#live.values()) {
      const same = call.rules.urgent && frame.owner === owner && call.name === name && !isTerminal(invocation.status);
      if (same && !frame.cause && JSON.stringify(call.sharedBy ?? call.input) === wanted) return invocation;
    }
    return undefined;
  }

  /** The one end of an invocation. Its places are free for the next only once it is told. */
  finish({ invocation, frame }: Live, ending: Ending): void {
    frame.grace?.cancel();
    tellEnd(invocation, ending);
    invocation.end(ending);
    // Flawless ends are the ordinary case: a busy bench would wear out its SD card with them.
    if (ending.error) this.#log(invocation.thing, "info", `${frame.label}: ${ending.status}, ${ending.error.message}`);
    release(frame);
    void this.#record(invocation);
  }

  async find(id: string): Promise<Invocation | undefined> {
    return this.#live.get(id)?.invocation ?? this.#journal.find(id);
  }

  /** Ended ones too, in the order they were requested. */
  async list(filter: InvocationFilter): Promise<readonly Invocation[]> {
    const ended = await this.#journal.list(filter);
    const live = [...this.#live.values()].map(({ invocation }) => invocation).filter((one) => matches(one, filter));
    return [...ended.filter(({ id }) => !this.#live.has(id)), ...live].sort((a, b) => a.seq - b.seq);
  }

  async #record(invocation: Invocation): Promise<void> {
    const { id, thing } = invocation;
    try {
      await this.#journal.ended(invocation);
    } catch (error) {
      this.#log(thing, "error", `invocation ${id} could not be recorded: ${asError(error).message}`);
    }
    this.#live.delete(id);
    invocation.recorded();
  }
}

/** Free the places of a call, and of all that it called. */
export function release(frame: Frame): void {
  // Taken first: freeing one place may start work that looks at the others.
  const held: [Lane, Frame][] = [...frame.tree()].flatMap((one) =>
    one.held.splice(0).map((lane) => [lane, one] as [Lane, Frame]),
  );
  for (const [lane, holder] of held) lane.release(holder);
}

/** The last line of its log: expected errors in one line, unexpected ones with where they arose. */
function tellEnd(invocation: Invocation, { status, error }: Ending): void {
  const { thing, id } = invocation;
  if (status === "cancelled") invocation.write("info", thing, `Invocation ${id} was cancelled.`);
  else if (error) invocation.write("error", thing, error.message, error instanceof BenchdError ? undefined : error);
}
