import type { Principal } from "../../access/principal.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { NotFoundError } from "../../errors.ts";
import type { Thing } from "../../thing/thing.ts";
import type { App } from "../view.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What of the bench exists for who asks. */
    readonly sight: Sight;
  }
}

/** What stands where the name of a Thing would that is not to be named. */
export const anotherThing = "another Thing";

/** The Things of a bench, and how often these have become others. */
interface Bench {
  readonly things: ReadonlyMap<string, Thing>;
  readonly revision: number;
}

interface Seen {
  readonly revision: number;
  readonly things: ReadonlyMap<string, Thing>;
  /** The names of all others. */
  readonly hidden: RegExp | undefined;
}

/** What of a bench exists for somebody: what he may not read does not. The same object for all who may read the same. */
export class Sight {
  /** Nothing is kept from him, and neither is what belongs to no Thing. */
  readonly all: boolean;
  /** The names he was given, of Things that are gone too; undefined when he may read everything. */
  readonly names: ReadonlySet<string> | undefined;
  /** Says which they are. */
  readonly key: string;
  readonly #bench: Bench;
  #seen: Seen | undefined;

  constructor(bench: Bench, names?: ReadonlySet<string>) {
    this.all = names === undefined;
    this.names = names;
    this.key = names === undefined ? "*" : keyOf(names);
    this.#bench = bench;
  }

  /** The Things there are. */
  get things(): ReadonlyMap<string, Thing> {
    return this.all ? this.#bench.things : this.#now.things;
  }

  /** Things come and go while somebody looks on. */
  get #now(): Seen {
    const { things, revision } = this.#bench;
    if (this.#seen?.revision === revision) return this.#seen;
    const hidden = [...things.keys()].filter((name) => !this.sees(name));
    this.#seen = {
      revision,
      things: new Map([...things].filter(([name]) => this.sees(name))),
      // Its affordance with it; but not an affordance of another's that is called the same.
      hidden:
        hidden.length > 0
          ? new RegExp(`(?<![\\w.])(?:${hidden.join("|")})(?:[./][A-Za-z]\\w*)?(?!\\w)`, "g")
          : undefined,
    };
    return this.#seen;
  }

  sees(thing: string): boolean {
    return this.names === undefined || this.names.has(thing);
  }

  /** What is made of several Things is seen by whoever sees each; what is made of none is the whole bench's. */
  seesAll(things: readonly string[]): boolean {
    return this.all || (things.length > 0 && things.every((thing) => this.sees(thing)));
  }

  /** Throws `NotFoundError`, with the same words whether there is no such Thing or it is hidden. */
  thing(name: string): Thing {
    const thing = this.things.get(name);
    if (!thing) throw new NotFoundError(`there is no Thing ${name}${didYouMean(name, this.things.keys())}`);
    return thing;
  }

  /** What people, drivers and benchd say, without the names of hidden Things, but for those that he has `said` himself. */
  text(words: string, said?: string): string;
  text<Else extends null | undefined>(words: string | Else, said?: string): string | Else;
  text(words: string | null | undefined, said = ""): string | null | undefined {
    const hidden = this.all ? undefined : this.#now.hidden;
    if (hidden === undefined) return words;
    return words?.replaceAll(hidden, (named) => (said.includes(named) ? named : anotherThing)) ?? words;
  }
}

const keyOf = (names: ReadonlySet<string>) => [...names].sort().join();

/** More sets of Things than that are not remembered at a time. */
const maxSights = 100;

/** What exists for whom. */
export class Sights {
  readonly #bench: Bench;
  readonly #everything: Sight;
  readonly #byKey = new Map<string, Sight>();
  readonly #byPrincipal = new WeakMap<Principal, Sight>();

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#everything = new Sight(bench);
  }

  /** For nobody nothing does. */
  of(principal: Principal | undefined): Sight {
    if (principal?.may("read")) return this.#everything;
    const known = principal && this.#byPrincipal.get(principal);
    if (known) return known;
    const sight = this.#shared(principal?.thingsFor("read") ?? new Set());
    if (principal) this.#byPrincipal.set(principal, sight);
    return sight;
  }

  #shared(names: ReadonlySet<string>): Sight {
    const key = keyOf(names);
    const sight = this.#byKey.get(key) ?? new Sight(this.#bench, names);
    if (this.#byKey.size >= maxSights) this.#byKey.clear();
    this.#byKey.set(key, sight);
    return sight;
  }
}

/** Tell of each request what exists for who has sent it. */
export function tellSights(app: App, bench: Bench): void {
  const sights = new Sights(bench);
  app.decorateRequest("sight", {
    getter() {
      return sights.of(this.principal);
    },
  });
}
