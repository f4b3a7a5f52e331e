import type { Clock, Timer } from "../clock.ts";
import type { EventLog } from "../events/event-log.ts";
import type { InvocationEvent } from "../events/of-invocation.ts";
import { isTerminal } from "../invocation/state.ts";
import type { Told } from "./ask.ts";
import type { ReplyAddress } from "./reply-address.ts";

/** Somebody who is to be told when an invocation has ended. */
export interface Follower {
  readonly address: ReplyAddress;
  /** Whose they are: nobody alone takes all places. */
  readonly sender: string;
  /** How it has ended, as he may know it. Never rejects. */
  end(event: InvocationEvent): Promise<Told>;
}

interface EndsOptions {
  readonly events: Pick<EventLog, "listen">;
  /** The process clock. */
  readonly clock: Clock;
  tell(address: ReplyAddress, told: Told): void;
}

/** So many are followed at a time, so many for one sender; and of those that have ended so many are known. */
const maxFollowed = 1000;
const maxOfOne = 700;
const maxEnded = 2000;
/** Nobody waits longer; milliseconds. */
const maxMs = 24 * 3_600_000;
/** Of one invocation, asked for again and again under its key. */
const maxFollowers = 8;

interface Followed {
  readonly followers: Follower[];
  readonly timer: Timer;
}

/** Tells whoever has asked for an invocation that it has ended. */
export class Ends {
  readonly #options: EndsOptions;
  readonly #followed = new Map<string, Followed>();
  /** The latest: one may have ended before anybody knew that it is to be followed. */
  readonly #ended = new Map<string, InvocationEvent>();
  readonly #unlisten: () => void;
  #closed = false;

  constructor(options: EndsOptions) {
    this.#options = options;
    this.#unlisten = options.events.listen(({ event }) => {
      if (event.kind === "invocation" && isTerminal(event.status)) this.#over(event);
    });
  }

  /** Tell `follower` when it has ended; false when too many are followed already, or nobody is any more. */
  follow(id: string, follower: Follower): boolean {
    const ended = this.#ended.get(id);
    if (ended) {
      this.#tell(follower, ended);
      return true;
    }
    if (this.#closed) return false;
    const known = this.#followed.get(id)?.followers;
    if (known?.some(({ address }) => isSame(address, follower.address))) return true;
    if (known && known.length >= maxFollowers) return false;
    if (!known && !this.#hasRoomFor(follower.sender)) return false;
    if (known) known.push(follower);
    else {
      const timer = this.#options.clock.after(maxMs, () => void this.#followed.delete(id));
      this.#followed.set(id, { followers: [follower], timer });
    }
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#unlisten();
    for (const { timer } of this.#followed.values()) timer.cancel();
    this.#followed.clear();
  }

  #hasRoomFor(sender: string): boolean {
    if (this.#followed.size >= maxFollowed) return false;
    if (this.#followed.size < maxFollowed - maxOfOne) return true;
    const own = [...this.#followed.values()].filter(({ followers }) => followers[0]?.sender === sender);
    return own.length < maxOfOne;
  }

  #over(event: InvocationEvent): void {
    const { id } = event;
    this.#ended.set(id, event);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > maxEnded && oldest !== undefined) this.#ended.delete(oldest);
    const followed = this.#followed.get(id);
    if (!followed) return;
    this.#followed.delete(id);
    followed.timer.cancel();
    for (const follower of followed.followers) this.#tell(follower, event);
  }

  #tell({ address, end }: Follower, event: InvocationEvent): void {
    void end(event).then((told) => this.#options.tell(address, told));
  }
}

const isSame = (one: ReplyAddress, other: ReplyAddress): boolean =>
  one.topic === other.topic &&
  Buffer.compare(one.correlationData ?? new Uint8Array(), other.correlationData ?? new Uint8Array()) === 0;
