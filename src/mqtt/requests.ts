import type { LogLevel } from "../context.ts";
import type { EventLog } from "../events/event-log.ts";
import type { InvocationEvent } from "../events/of-invocation.ts";
import { isTerminal } from "../invocation/state.ts";
import { Answers, invocationOf } from "./answers.ts";
import type { Ask, Question, Told } from "./ask.ts";
import { Ends } from "./ends.ts";
import { type Bench, type Judged, judge, maxPayload, somewhere } from "./judge.ts";
import type { InMessage, Link } from "./link.ts";
import { expired, notFound, tooMany, unanswered } from "./refusal.ts";
import { type ReplyAddress, replyAddress } from "./reply-address.ts";
import { Seldom } from "./seldom.ts";
import { Stops } from "./stops.ts";
import { FairQueue } from "./waiting.ts";
import { isStop, type Target, targetOf } from "./wanted.ts";

export interface RequestsOptions extends Bench {
  readonly link: Link;
  /** What stands before the topics of all gateways. */
  readonly prefix: string;
  /** Of this one. */
  readonly gateway: string;
  readonly ask: Ask;
  readonly events: Pick<EventLog, "listen">;
  log(level: LogLevel, message: string): void;
}

const maxUnderWay = 32;
const bounds = { max: 512, maxBytes: 8 * maxPayload };
const maxCancels = 1000;
const maxStops = 10_000;
/** How often it is looked whether all is answered; milliseconds. */
const lookMs = 20;

/**
 * What is asked is kept for nobody who is away, so that QoS 1 adds nothing but a queue at the broker: behind a flood what
 * stops would wait there, or be dropped when it is full. With QoS 0 it is sent at once. A `stop` that is asked for as an action
 * has its place among the requests; the one on a topic of its own has not.
 */
const filters = [
  ["emergency_stop/request", 0],
  ["things/+/stop/request", 0],
  ["things/+/actions/+/cancel", 0],
  ["things/+/actions/+/request", 1],
] as const;

/** A request, until it is asked. */
interface Wanted extends Judged {
  readonly bytes: number;
  readonly address: ReplyAddress | undefined;
}

/** What was asked, and for whom. */
interface Answered extends Pick<Wanted, "address" | "sender"> {
  readonly asked: Question;
  /** It is about a stop. */
  readonly first?: boolean;
}

/**
 * What is asked of a gateway over MQTT: actions, their cancelling, and the emergency stop. Each goes through the gateway's
 * own HTTP interface, so what holds there holds here; this only sees to it that nothing runs late or twice, that nothing fills the
 * memory, and that what stops something waits for nothing else.
 */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #base: string;
  readonly #answers: Answers;
  readonly #ends: Ends;
  readonly #unanswerable: Seldom;
  readonly #queue = new FairQueue<Wanted>(bounds);
  readonly #emergencies = new Stops<Told>(maxStops);
  readonly #stops = new Stops<Told>(maxStops);
  readonly #cancels = new Stops<Told>(maxCancels);
  readonly #unsubscribe: readonly (() => void)[];
  #underWay = 0;
  /** Those that the gateway is being asked, stops and questions for an end too. */
  #asking = 0;
  #closed = false;

  constructor(options: RequestsOptions) {
    const { link, prefix, gateway, events, clock } = options;
    this.#options = options;
    this.#base = `${prefix}/${gateway}`;
    this.#answers = new Answers(options);
    this.#unanswerable = new Seldom(options);
    this.#ends = new Ends({ events, clock, tell: (address, told) => this.#answers.tell(address, told, "true") });
    this.#unsubscribe = filters.map(([filter, qos]) =>
      link.subscribe(`${this.#base}/${filter}`, (message) => this.#heard(message), { qos }),
    );
  }

  /** Nothing more is taken; what waits has not begun, and never does. */
  close(): void {
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#ends.close();
    while (this.#queue.next());
  }

  /** Resolves when whoever was asked for has been answered, so far as the broker takes that, or after that time. */
  async rest(withinMs: number): Promise<void> {
    const { clock } = this.#options;
    const until = clock.now() + withinMs;
    while ((this.#asking > 0 || !this.#answers.isAtRest) && clock.now() < until)
      await new Promise<void>((resolve) => void clock.after(lookMs, resolve));
  }

  #heard(message: InMessage): void {
    const target = targetOf(message.topic, this.#base);
    if (!target || this.#closed) return;
    const { address, refused } = replyAddress(message.properties, this.#options.prefix);
    const stops = isStop(target);
    // Whoever wants to stop is not kept from it by how he wants to be told.
    if (refused !== undefined && !stops)
      return void this.#unanswerable.warn((count) => undone(count, `the one on ${message.topic}: ${refused}`));
    const wanted = judge(message, target, this.#options);
    if ("status" in wanted) return void this.#answers.tell(address, wanted, "true", stops);
    if (stops) this.#stop(target, wanted, address, message.topic);
    else this.#wait({ ...wanted, address, bytes: message.payload.length });
  }

  #stop(target: Target, { sender, same, question }: Judged, address: ReplyAddress | undefined, topic: string): void {
    const asked = question();
    if (!asked) return;
    const stops = { emergency_stop: this.#emergencies, cancel: this.#cancels, request: this.#stops }[target.kind];
    const work = () => this.#asked(asked);
    const tell = (told: Told) => this.#tell(told, { address, sender, asked, first: true });
    if (!stops.add(JSON.stringify([topic, sender, same]), work, tell))
      this.#answers.tell(address, tooMany(), "true", true);
  }

  #wait(wanted: Wanted): void {
    for (const { address } of this.#queue.add(wanted)) this.#answers.tell(address, tooMany(), "true");
    this.#go();
  }

  #go(): void {
    while (this.#underWay < maxUnderWay) {
      const next = this.#queue.next();
      if (!next) return;
      const asked = next.question();
      if (!asked) {
        this.#answers.tell(next.address, expired(), "true");
        continue;
      }
      this.#underWay++;
      void this.#asked(asked).then((told) => {
        this.#underWay--;
        this.#tell(told, { ...next, asked });
        if (!this.#closed) this.#go();
      });
    }
  }

  /** Never rejects. */
  async #asked(question: Question): Promise<Told> {
    this.#asking++;
    try {
      const told = await this.#options.ask(question);
      const hidden = told.status === 404 && question.method !== "GET";
      return hidden || (question.path === somewhere && told.status < 400) ? notFound() : told;
    } catch (error) {
      this.#options.log("debug", `MQTT: a request was not answered: ${error instanceof Error ? error.message : error}`);
      return unanswered();
    } finally {
      this.#asking--;
    }
  }

  /** Tell whoever asked; also at the end of what goes on. */
  #tell(told: Told, { address, sender, asked, first }: Answered): void {
    if (!address) return;
    const invocation = asked.method === "POST" ? invocationOf(told) : undefined;
    if (!invocation || isEnded(invocation.status)) return void this.#answers.tell(address, told, "true", first);
    const { authorization } = asked.headers;
    const end = (event: InvocationEvent) => this.#ended(event, authorization);
    // What has ended already is asked for first, and told after this.
    const followed = this.#ends.follow(invocation.id, { address, sender, end });
    this.#answers.tell(address, told, followed ? "false" : "elsewhere", first);
  }

  /** How it has ended, as whoever asked for it may know by then. */
  async #ended(event: InvocationEvent, authorization: string | undefined): Promise<Told> {
    const { id, thing, action, status, error } = event;
    const headers = authorization === undefined ? {} : { authorization };
    const told = await this.#asked({ method: "GET", path: `/action_invocations/${id}`, headers });
    if (told.status !== 404) return told;
    // Kept for no time at all: it is told what everybody is told.
    const body = JSON.stringify({ id, action: `/${thing}/${action}`, status, error });
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
}

const undone = (count: number, latest: string): string =>
  `MQTT: ${count} requests were left undone since benchd was started, as nobody can be told; ${latest}`;

const isEnded = (status: string): boolean => isTerminal(status as InvocationEvent["status"]);
