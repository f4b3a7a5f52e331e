import type { Clock, Timer } from "../clock.ts";
import { BrokerAwayError } from "../experiment-errors.ts";
import type { KnownName } from "./former-names.ts";
import type { InMessage, Link } from "./link.ts";
import { statusIn } from "./status-text.ts";
import { Topics } from "./topics.ts";

/** What is left of a name: nothing any more, what is another gateway's, what may be ours, or what comes to rest yet. */
export interface Outcome {
  readonly left: "nothing" | "of another" | "perhaps" | "later";
  /** In words. */
  readonly why: string;
}

interface Parts {
  readonly link: Link;
  readonly clock: Clock;
  /** As this gateway is called now. */
  readonly topics: Topics;
  readonly name: KnownName;
  readonly gateway: { readonly installation: string };
}

/** A broker sends what it has kept at once; and a last will within that. Milliseconds. */
const listenMs = 5000;
const willMs = 30_000;
/** So many are cleared at a time. */
const maxCleared = 10_000;

/**
 * What a broker keeps under one name of before. It is ours as long as its status is the last word of a run of this gateway, and
 * says that this has ended: whoever takes the name tells a status of his own, before anything else. So that is read first,
 * looked at before each step, and cleared last.
 */
export class FormerName {
  readonly #parts: Parts;
  readonly #topics: Topics;
  readonly #leave: (() => void)[] = [];
  #status: string | undefined;
  #stopped = false;
  #timer: Timer | undefined;
  #wake = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
    const levels = parts.name.base.split("/");
    this.#topics = new Topics({ prefix: levels.slice(0, -1).join("/"), gateway: levels.at(-1) ?? "" });
  }

  /** Never rejects. After `stop`, what it resolves to means nothing. */
  async clear(): Promise<Outcome> {
    try {
      const outcome = await this.#clear();
      return this.#parts.link.connected ? outcome : interrupted;
    } catch (error) {
      if (error instanceof BrokerAwayError) return interrupted;
      return { left: "perhaps", why: `what is kept there could not be removed (${error}), and is tried again` };
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const leave of this.#leave.splice(0)) leave();
    this.#wake();
  }

  async #clear(): Promise<Outcome> {
    const { link, topics } = this.#parts;
    const { base, status } = this.#topics;
    if (topics.base.startsWith(`${base}/`) || base.startsWith(`${topics.base}/`))
      return { left: "of another", why: "one name stands below the other, so nothing there is touched" };
    this.#leave.push(link.subscribe(status, ({ payload }) => this.#heard(payload), { qos: 0, noLocal: true }));
    await this.#until(() => this.#status !== undefined, listenMs);
    if (this.#status === undefined) return unheard;
    await this.#until(() => this.#whose !== "living", willMs);
    if (this.#whose === "living") return living;
    const left = await this.#kept();
    for (const topic of left) {
      if (this.#whose !== "ours" || this.#stopped) return ofAnother;
      await link.publish({ topic, payload: "", retain: true });
    }
    if (left.size >= maxCleared)
      return { left: "later", why: `${left.size} topics were removed, and there may be more` };
    if (this.#whose !== "ours" || this.#stopped) return ofAnother;
    await link.publish({ topic: status, payload: "", retain: true });
    return { left: "nothing", why: `what was kept there is removed, ${left.size + 1} topics` };
  }

  /** All but the status. */
  async #kept(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    if (this.#whose !== "ours") return found;
    const { base, status, keptFilters } = this.#topics;
    const hear = ({ topic, payload, retain }: InMessage) => {
      if (!retain || topic === status || !this.#topics.kept(topic) || found.size >= maxCleared) return;
      if (payload.length > 0) found.add(topic);
      else found.delete(topic);
    };
    for (const filter of [...keptFilters, `${base}/things`, `${base}/emergency_stop`])
      this.#leave.push(this.#parts.link.subscribe(filter, hear, { qos: 0, noLocal: true }));
    await this.#until(() => this.#whose !== "ours", listenMs);
    return found;
  }

  #heard(payload: Uint8Array): void {
    this.#status = Buffer.from(payload).toString("utf8");
    this.#wake();
  }

  get #whose(): "ours" | "living" | "another's" {
    const { name, gateway } = this.#parts;
    const { status, epoch, installation } = statusIn(this.#status ?? "");
    const isOfUs = installation === gateway.installation && typeof epoch === "string" && name.epochs.includes(epoch);
    if (!isOfUs) return "another's";
    return status === "offline" ? "ours" : "living";
  }

  async #until(over: () => boolean, withinMs: number): Promise<void> {
    const { clock } = this.#parts;
    const end = clock.now() + withinMs;
    while (!this.#stopped && !over() && clock.now() < end)
      await new Promise<void>((resolve) => {
        this.#timer?.cancel();
        this.#timer = clock.after(end - clock.now(), resolve);
        this.#wake = resolve;
      });
    this.#timer?.cancel();
  }
}

const unheard: Outcome = {
  left: "perhaps",
  why: "nothing is heard there: the broker has forgotten it, or does not let this gateway read it, which it may be given the right to",
};
const interrupted: Outcome = {
  left: "later",
  why: "the connection went before what is kept there was removed; it is gone on with at the next one",
};
const living: Outcome = {
  left: "perhaps",
  why: "the broker still says online there: nothing is touched. Where nobody has that name, remove it by hand: mosquitto_pub -r -n",
};
const ofAnother: Outcome = {
  left: "of another",
  why: "another gateway has that name now, so nothing there is touched",
};
