import type { WebSocket } from "@fastify/websocket";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Thing } from "../../thing/thing.ts";
import { actionOf, propertyOf } from "../affordance.ts";
import { attendOn } from "../attend.ts";
import { type Frame, type Refusal, read, refusal, type Wish } from "./frames.ts";

/** What may wait to be sent; a peer that leaves more unread is hung up on. Bytes. */
const maxUnread = 2 ** 20;
/** So many names of one message are refused each by itself, and all others together: a message is cheap, answers are not. */
const maxRefusals = 10;

/** One WebSocket: tells a client of the properties and actions of one Thing that it has asked for. */
export class Session {
  readonly #socket: WebSocket;
  readonly #name: string;
  readonly #gateway: Pick<Gateway, "things" | "events">;
  /** As it was when its properties were attended to. */
  #attended: Thing | undefined;
  /** What is observed, and how to have the Thing attend to it no longer. */
  readonly #properties = new Map<string, () => void>();
  readonly #actions = new Set<string>();
  /** How to stop being told; undefined while nothing is observed. */
  #unobserve: (() => void) | undefined;
  #unlisten: (() => void) | undefined;

  constructor(socket: WebSocket, { name }: Pick<Thing, "name">, gateway: Pick<Gateway, "things" | "events">) {
    this.#socket = socket;
    this.#name = name;
    this.#gateway = gateway;
  }

  /** A message of the client. */
  receive(text: string): void {
    const wish = read(text);
    if ("error" in wish) this.#send(wish);
    else this.#obey(wish);
  }

  refuseBinary(): void {
    this.#send(refusal("badRequest", "A message is text."));
  }

  /** The client has gone. */
  end(): void {
    for (const name of this.#properties.keys()) this.#leave(name);
    this.#actions.clear();
    this.#attend();
  }

  #obey({ operation, names }: Wish): void {
    let refusals = 0;
    for (const name of names) {
      const refused = this.#follow(operation, name);
      if (refused && ++refusals <= maxRefusals) this.#send(refused);
    }
    const others = refusals - maxRefusals;
    if (others > 0) this.#send(refusal("badRequest", `${others} more of these names are refused.`, { operation }));
    this.#attend();
  }

  /** Returns why not. */
  #follow(operation: Wish["operation"], name: string): Refusal | undefined {
    const ofAction = operation.endsWith("action");
    const thing = this.#gateway.things.get(this.#name);
    const affordance = thing && (ofAction ? actionOf : propertyOf)(thing, name);
    const about = { operation, name };
    if (!affordance) {
      const what = ofAction ? "action" : "property";
      return refusal("notFound", `No ${what} found with the name '${name}'.`, about);
    }
    if ("observable" in affordance ? !affordance.observable : !ofAction)
      return refusal("notObservable", `Property '${name}' is not observable.`, about);
    if (operation === "unobserveproperty") this.#leave(name);
    else if (operation === "observeaction") this.#actions.add(name);
    else if (operation === "unobserveaction") this.#actions.delete(name);
    else if (thing && !this.#properties.has(name)) {
      this.#attended ??= thing;
      this.#properties.set(name, thing.attend(name));
    }
    return undefined;
  }

  #leave(name: string): void {
    this.#properties.get(name)?.();
    this.#properties.delete(name);
  }

  /** Be told of what is followed, and of nothing when nothing is. */
  #attend(): void {
    try {
      this.#unobserve = attending(this.#properties, this.#unobserve, () => this.#observe());
      this.#unlisten = attending(this.#actions, this.#unlisten, () => this.#listen());
    } catch (error) {
      // Too many observe it already.
      this.#send(refusal("tooMany", error instanceof Error ? error.message : String(error)));
    }
  }

  /** The Thing may become another while somebody looks on. */
  #observe(): () => void {
    return attendOn(this.#gateway, () => {
      const thing = this.#gateway.things.get(this.#name);
      if (!thing) return () => {};
      this.#attendTo(thing);
      return thing.observe((news) => {
        if (news.kind !== "property" || !this.#properties.has(news.name)) return;
        this.#send({ messageType: "propertyStatus", data: { [news.name]: news.value } });
      });
    });
  }

  #attendTo(thing: Thing): void {
    if (this.#attended === thing) return;
    this.#attended = thing;
    for (const [name, cease] of this.#properties) {
      cease();
      this.#properties.set(name, propertyOf(thing, name)?.observable ? thing.attend(name) : () => {});
    }
  }

  #listen(): () => void {
    return this.#gateway.events.listen(({ event }) => {
      if (event.kind !== "invocation" || event.thing !== this.#name || !this.#actions.has(event.action)) return;
      this.#send({ messageType: "actionStatus", data: { "action name": event.action, status: event.status } });
    });
  }

  #send(frame: Frame): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxUnread) socket.terminate();
    else socket.send(JSON.stringify(frame));
  }
}

/** Begin to attend to what is followed, or cease to. */
function attending(followed: { readonly size: number }, cease: (() => void) | undefined, begin: () => () => void) {
  if (followed.size > 0) return cease ?? begin();
  cease?.();
  return undefined;
}
