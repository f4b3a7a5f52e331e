import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Principal } from "../../access/principal.ts";
import type { Identify } from "./identify.ts";

const header = "benchd-inside";

/** Somebody who asks from inside of this process, and shows what nobody outside of it has: it is random, and never leaves it. */
export class Inside {
  readonly #principal: Principal;
  readonly #secret = randomBytes(32).toString("base64url");

  constructor(principal: Principal) {
    this.#principal = principal;
  }

  /** Which a request of his brings. */
  get headers(): Readonly<Record<string, string>> {
    return { [header]: this.#secret };
  }

  readonly identify: Identify = ({ headers }) => {
    const shown = headers[header];
    if (typeof shown !== "string") return undefined;
    const [one, other] = [Buffer.from(shown), Buffer.from(this.#secret)];
    return one.length === other.length && timingSafeEqual(one, other) ? this.#principal : undefined;
  };
}
