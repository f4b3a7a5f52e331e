import { networkInterfaces } from "node:os";
import type { Clock, Timer } from "../clock.ts";
import type { AnnouncedService } from "./announcement.ts";
import { Patient } from "./patient.ts";

interface AnnouncerOptions {
  readonly services: readonly AnnouncedService[];
  /** The process clock. */
  readonly clock: Clock;
  /** Told once what keeps it from being heard. */
  warn(message: string): void;
  /** Of this machine, but for the loopback; the system's unless told. */
  readonly addresses?: () => readonly string[];
  /** Where mDNS is spoken; unless told, where everybody does. */
  readonly at?: { readonly port?: number; readonly ip?: string; readonly interface?: string; readonly bind?: string };
}

/** What is needed of multicast-dns, which bonjour-service keeps for itself. */
interface Mdns {
  on(event: "error" | "warning", heard: (error: Error) => void): unknown;
  on(event: "query", heard: (packet: Query) => void): unknown;
  listeners(event: "query"): readonly ((packet: Query) => void)[];
  removeAllListeners(event: "query"): unknown;
}
interface Query {
  readonly questions: readonly unknown[];
}
interface Speaker {
  unpublishAll(done: () => void): void;
  destroy(done: () => void): void;
}

/** So often it looks whether the machine has other addresses than before. */
const lookMs = 30_000;
export const goodbyeMs = 1000;
/** Of one packet; a browser asks one or two. */
const maxQuestions = 10;

/**
 * Tells the network by mDNS that there is a gateway, for as long as the machine is on one, and says goodbye at the end.
 * It answers questions, and hears nothing of what others announce. Whatever fails here keeps nothing else from working.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #addresses = "";
  #speaker: Promise<Speaker | undefined> = Promise.resolve(undefined);
  #timer: Timer | undefined;
  #warned = false;
  #stopped = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#look();
  }

  /** Resolves when it has said goodbye, or cannot. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#silence(this.#speaker);
  }

  #look(): void {
    const { clock, addresses = ownAddresses } = this.#options;
    const now = this.#tried(() => [...addresses()].sort().join()) ?? "";
    if (now !== this.#addresses) {
      this.#addresses = now;
      const before = this.#speaker;
      this.#speaker = this.#silence(before).then(() => (now === "" || this.#stopped ? undefined : this.#speak()));
    }
    this.#timer = clock.after(lookMs, () => this.#look());
  }

  async #speak(): Promise<Speaker | undefined> {
    const { services, at = {}, clock } = this.#options;
    try {
      const { default: Bonjour } = await import("bonjour-service");
      const bonjour = new Bonjour({ ...at } as object, (error: Error) => this.#warn(error));
      const { mdns } = Reflect.get(bonjour, "server") as { readonly mdns: Mdns };
      // Without a listener the first would end the process.
      for (const event of ["error", "warning"] as const) mdns.on(event, (error) => this.#warn(error));
      const patient = new Patient(clock);
      const answer = [...mdns.listeners("query")];
      mdns.removeAllListeners("query");
      mdns.on("query", (packet) => {
        if (!patient.takes()) return;
        const questions = packet.questions.slice(0, maxQuestions);
        for (const one of answer) this.#tried(() => one({ ...packet, questions }));
      });
      for (const service of services) bonjour.publish({ ...service });
      return bonjour;
    } catch (error) {
      this.#warn(error);
      return undefined;
    }
  }

  async #silence(speaking: Promise<Speaker | undefined>): Promise<void> {
    const speaker = await speaking;
    if (!speaker) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        timer.cancel();
        this.#tried(() => speaker.destroy(resolve));
      };
      const timer = this.#options.clock.after(goodbyeMs, end);
      if (this.#tried(() => speaker.unpublishAll(end) ?? true) === undefined) resolve();
    });
  }

  #tried<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#warn(error);
      return undefined;
    }
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const why = error instanceof Error ? error.message : error;
    this.#options.warn(`this gateway may not be found by mDNS: ${why}. Everything else works`);
  }
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) => all.flatMap((one) => (one.internal ? [] : one.address)));
