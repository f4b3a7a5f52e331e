import { includes, type Scope } from "./scope.ts";

/** A scope that somebody has been given, for some Things or for the whole bench. */
export interface Grant {
  readonly scope: Scope;
  /** Names of Things; all of them, and the gateway itself, when left out. */
  readonly things?: readonly string[] | undefined;
}

interface Known {
  readonly name: string;
  readonly key: string | undefined;
  readonly from: string | undefined;
  readonly grants: readonly Grant[];
}

/** Somebody who asks, and what he may do. */
export class Principal {
  /** What people call him: the name of his token, or his address where nobody needs one. */
  readonly name: string;
  /** Whose rates, places and keys of requests these are; undefined where nobody knows. */
  readonly key: string | undefined;
  /** The address he asks from; undefined when his connection had ended before it was looked at. */
  readonly from: string | undefined;
  readonly grants: readonly Grant[];

  constructor({ name, key, from, grants }: Known) {
    this.name = name;
    this.key = key;
    this.from = plain(from);
    this.grants = grants;
  }

  /** The same, asking from that address. */
  askingFrom(from: string | undefined): Principal {
    return new Principal({ name: this.name, key: this.key, from, grants: this.grants });
  }

  /** Whether he may do that with a Thing; with none named, with all of them and with the gateway itself. */
  may(scope: Scope, thing?: string): boolean {
    return this.grants.some(({ scope: held, things }) => {
      if (!includes(held, scope)) return false;
      return things === undefined || (thing !== undefined && things.includes(thing));
    });
  }

  /** The names of the Things that he may do that with; undefined: all of them, and the gateway itself. */
  thingsFor(scope: Scope): ReadonlySet<string> | undefined {
    if (this.may(scope)) return undefined;
    return new Set(this.grants.flatMap(({ scope: held, things = [] }) => (includes(held, scope) ? things : [])));
  }

  /** Whether there is anything that he may do that with. */
  maySomewhere(scope: Scope): boolean {
    return this.grants.some((grant) => includes(grant.scope, scope));
  }
}

/** Whoever can reach the gateway may do everything: for a bench that only its own machine can reach. */
export const anybody = (from: string | undefined): Principal => unnamed(from, [{ scope: "admin" }]);

/** Somebody without a token, who may do nothing that needs one. */
export const stranger = (from: string | undefined): Principal => unnamed(from, []);

function unnamed(from: string | undefined, grants: readonly Grant[]): Principal {
  const address = plain(from);
  // This machine has several.
  const key = address !== undefined && /^(::1$|127\.)/.test(address) ? "localhost" : address;
  return new Principal({ name: address ?? "somebody who has gone", key, from, grants });
}

/** One spelling for an address of IPv4, whichever socket it came to. */
const plain = (address: string | undefined): string | undefined => address?.replace(/^::ffff:(?=\d+\.)/i, "");
