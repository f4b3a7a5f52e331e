import type { Limits } from "../../gateway/config/limits.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { limitsOf } from "./limits.ts";

/** Those that hold now: whoever goes by them asks each time. */
export class LiveLimits implements Limits {
  #told: Partial<Limits>;
  #now: Limits;

  constructor(told: Partial<Limits> = {}) {
    this.#told = told;
    this.#now = limitsOf(told);
  }

  /** Take up those of each configuration that is read while it runs; returns how to end that. */
  follow({ reloads }: Pick<Gateway, "reloads">): () => void {
    return reloads.follow({
      prepare: async ({ limits = {} }, sections) => {
        if (!sections.includes("limits")) return undefined;
        const take = () => {
          this.#told = limits;
          this.#now = limitsOf(limits);
        };
        return { section: "limits", take };
      },
    });
  }

  /** Whether somebody has said how often clients may ask: then it holds for this machine, too. */
  get ownRequests(): boolean {
    return this.#told.requestsPerSecond !== undefined;
  }
  get connections() {
    return this.#now.connections;
  }
  get requestSeconds() {
    return this.#now.requestSeconds;
  }
  get requestsPerSecond() {
    return this.#now.requestsPerSecond;
  }
  get failuresPerMinute() {
    return this.#now.failuresPerMinute;
  }
}
