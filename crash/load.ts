import { setTimeout as sleep } from "node:timers/promises";
import type { Dice } from "../soak/dice.ts";
import type { Tally } from "../soak/tally.ts";
import type { Book, Dose, Told } from "./book.ts";
import type { Client, Request } from "./client.ts";
import { type Devices, type Pump, pumps, supplies } from "./devices.ts";

/** Volumes are told apart by their three digits after the point. */
const volumes = 999;

/** A dose whose answer has not come: a client that has a key for it asks until it has one. */
interface Unanswered {
  readonly dose: Dose;
  readonly key: string | undefined;
}

export interface LoadOptions {
  readonly dice: Dice;
  readonly devices: Devices;
  readonly book: Book;
  readonly tally: Tally;
  /** Give doses a key. */
  readonly keys: boolean;
  /** Something is wrong with an answer. */
  wrong(what: string): void;
}

/** Clients that keep benchd busy until it is gone. */
export class Load {
  readonly #options: LoadOptions;
  /** Keyed doses by the pump they are for. */
  readonly #unanswered: Unanswered[] = [];
  /** Doses without a key whose answer got lost: nobody may have pumped them twice either. */
  readonly lost: Dose[] = [];
  #next = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Keyed doses that wait for an answer. */
  get unanswered(): number {
    return this.#unanswered.length;
  }

  /** Ask until no answer comes any more. */
  async run(client: Client): Promise<void> {
    const { dice } = this.#options;
    const emergency = dice.odds(0.06) ? [this.#press(client)] : [];
    await Promise.all([
      ...pumps.flatMap((pump) => [this.#dose(client, pump), this.#dose(client, pump)]),
      ...supplies.map((supply) => this.#supply(client, supply)),
      this.#count(client),
      this.#cancel(client),
      this.#set(client),
      this.#weigh(client),
      ...emergency,
    ]);
  }

  /** Ask again for what has no answer, until there is none left. */
  async settle(client: Client): Promise<void> {
    for (const one of this.#unanswered.splice(0)) await this.#post(client, one);
  }

  async #dose(client: Client, pump: Pump): Promise<void> {
    const { dice } = this.#options;
    while (client.hears) {
      const again = this.#unanswered.findIndex(({ dose }) => dose.pump === pump);
      const [one = this.#make(pump)] = again >= 0 ? this.#unanswered.splice(again, 1) : [];
      await this.#post(client, one);
      await sleep(dice.real(0, 150));
    }
  }

  #make(pump: Pump): Unanswered {
    const { dice, devices, keys } = this.#options;
    const n = this.#next++;
    const dose = { pump, volume: ((n % volumes) + 1) / 1000, since: devices.strokes[pump].count };
    return { dose, key: keys && dice.odds(0.7) ? `dose-${n}` : undefined };
  }

  async #post(client: Client, one: Unanswered): Promise<void> {
    const { dice, book, tally, wrong } = this.#options;
    const { dose, key } = one;
    const headers = {
      prefer: dice.odds(0.5) ? "respond-async" : "wait=1",
      ...(key !== undefined && { "idempotency-key": key }),
    };
    const reply = await this.#ask(client, "POST", `/${dose.pump}/dispense`, { body: { volume: dose.volume }, headers });
    if (reply !== "lost" && reply.status === 201) {
      tally.count("answered", key === undefined ? "dose" : "dose with a key");
      for (const what of book.enter(reply.body as Told, `${dose.pump}/dispense ${dose.volume}`, key, dose)) wrong(what);
    } else if (key !== undefined) this.#unanswered.push(one);
    else if (reply === "lost") this.lost.push(dose);
    if (reply !== "lost" && reply.status !== 201) await sleep(50);
  }

  async #supply(client: Client, supply: string): Promise<void> {
    const { dice } = this.#options;
    while (client.hears) {
      const what = dice.whole(0, 5);
      if (what > 3) await this.#ask(client, "PUT", `/${supply}/output`, { body: true });
      else if (what === 0) await this.#ask(client, "PUT", `/${supply}/voltage`, { body: dice.whole(1, 15) });
      else if (what === 1) await this.#ask(client, "GET", `/${supply}/measured_voltage`);
      else await this.#invoke(client, `/${supply}/ramp`, { voltage: dice.whole(1, 15), rate: 20 });
      await sleep(dice.real(0, 40));
    }
  }

  async #count(client: Client): Promise<void> {
    const { dice } = this.#options;
    while (client.hears) {
      if (dice.odds(0.7)) await this.#invoke(client, "/counter/increment", { by: 1 });
      else if (dice.odds(0.5)) await this.#invoke(client, "/counter/slow_count", { n: 5, delay: 0.03 });
      else await this.#ask(client, "GET", "/action_invocations?limit=50");
      await sleep(dice.real(0, 20));
    }
  }

  async #cancel(client: Client): Promise<void> {
    const { dice, book } = this.#options;
    while (client.hears) {
      const { open } = book;
      if (open.length > 0) await this.#ask(client, "DELETE", `/action_invocations/${dice.one(open).id}`);
      await sleep(dice.real(50, 300));
    }
  }

  async #set(client: Client): Promise<void> {
    const { dice, book, tally } = this.#options;
    while (client.hears) {
      const value = dice.whole(1, 1_000_000);
      book.setting = { ...book.setting, possible: [...book.setting.possible, value] };
      const reply = await this.#ask(client, "PUT", "/counter/gain", { body: value });
      if (reply !== "lost" && reply.status === 201) {
        tally.count("answered", "setting");
        book.setting = { kept: value, possible: [] };
      }
      await sleep(dice.real(10, 60));
    }
  }

  async #weigh(client: Client): Promise<void> {
    while (client.hears) {
      await this.#invoke(client, this.#options.dice.odds(0.5) ? "/balance/weigh" : "/balance/tare");
      await this.#ask(client, "GET", "/balance/weight");
    }
  }

  async #press(client: Client): Promise<void> {
    const { dice, book, tally } = this.#options;
    await sleep(dice.real(0, 1500));
    if (!client.hears) return;
    book.latched = undefined;
    const reply = await this.#ask(client, "POST", "/emergency_stop");
    if (reply === "lost" || (reply.body as { readonly persisted: boolean | null }).persisted === null) return;
    book.latched = true;
    tally.count("answered", "emergency stop");
  }

  async #ask(client: Client, method: string, path: string, request?: Request) {
    const reply = await client.ask(method, path, request);
    if (reply !== "lost" && (reply.status === 500 || reply.status === 507))
      this.#options.wrong(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply;
  }

  async #invoke(client: Client, path: string, body: unknown = {}): Promise<void> {
    const { book, tally, wrong } = this.#options;
    const reply = await this.#ask(client, "POST", path, { body });
    if (reply === "lost" || reply.status !== 201) return;
    tally.count("answered", "other actions");
    for (const what of book.enter(reply.body as Told, path)) wrong(what);
  }
}
