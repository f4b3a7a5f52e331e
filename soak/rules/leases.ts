import type { Answer, Request, Rule } from "../rule.ts";

/** A lease as whoever reads the answers knows it; times in bench ms. */
interface Held {
  readonly number: number;
  readonly things: readonly string[];
  readonly seconds: number;
  readonly since: number;
  readonly until: number;
}

/** What had begun goes on; what it does first may have to wait for its line; ms. */
const begunMs = 10_000;
/** So many tokens are remembered. */
const mostTokens = 1000;

const usualSeconds = 600;
/** What an action takes besides its own Thing. */
const takenWith: Readonly<Record<string, readonly string[]>> = { dispenser: ["dispenser", "pump", "balance"] };

/** The Thing and the affordance that a request starts or sets; undefined for one that does neither. */
function aim({ method, url }: Request): readonly [thing: string, affordance: string] | undefined {
  const [, thing = "", name = ""] = /^\/(\w+)\/(\w+)(?:\/reset)?$/.exec(url) ?? [];
  const starts = method === "POST" || method === "PUT";
  if (!starts || ["mock", "gateway"].includes(thing) || ["lease", "quarantine"].includes(name)) return undefined;
  return thing && name ? [thing, name] : undefined;
}

export const leases: Rule = {
  number: "F31",
  holds: "who has leased a Thing has it alone until the lease ends, which it does in time; numbers only grow",
  watch(stand, broken) {
    const held = new Map<string, Held>();
    /** Who held what was aimed at when a request was made. */
    const against = new WeakMap<Request, Held>();
    /** Under which lease each token was asked for. */
    const tokens = new Map<string, number | undefined>();
    let last = 0;
    const of = (thing: string) => {
      const lease = held.get(thing);
      return lease && lease.until > stand.clock.now() ? lease : undefined;
    };
    const drop = (lease: Held | undefined) => {
      for (const thing of lease?.things ?? []) held.delete(thing);
    };
    const taken = ({ request, status, body }: Answer) => {
      const { leaseNumber: number, things } = JSON.parse(body) as { leaseNumber: number; things: readonly string[] };
      const before = things.map((thing) => of(thing)).find((lease) => lease !== undefined);
      const { seconds = before?.seconds ?? usualSeconds } = request.body as { seconds?: number };
      if (status === 201 && number <= last) broken(`lease ${number} was given after ${last}`);
      const breaks = request.url.includes("break=true");
      if (status === 201 && before && !breaks) broken(`${things} was leased to two, ${before.number} and ${number}`);
      last = Math.max(last, number);
      drop(before);
      const now = stand.clock.now();
      const since = status === 200 ? (before?.since ?? now) : now;
      const lease: Held = { number, things, seconds, since, until: now + seconds * 1000 };
      for (const thing of things) held.set(thing, lease);
      stand.tally.count("leases", status === 200 ? "renewed" : breaks && before ? "broken and taken" : "taken");
    };
    return {
      asked(request) {
        const { token } = (request.body ?? {}) as { token?: unknown };
        if (typeof token === "string") tokens.set(token, request.lease);
        const [oldest] = tokens.keys();
        if (tokens.size > mostTokens && oldest !== undefined) tokens.delete(oldest);
        const [thing, name] = aim(request) ?? [];
        if (thing === undefined || name === undefined) return;
        if (stand.thing(thing)?.actions[name]?.urgent) return;
        const others = (takenWith[thing] ?? [thing]).map((one) => of(one));
        const lease = others.find((one) => one && one.number !== request.lease);
        if (lease) against.set(request, lease);
        else if (request.lease !== undefined && ![...held.values()].some(({ number }) => number === request.lease))
          against.set(request, { number: request.lease, things: [], seconds: 0, since: 0, until: 0 });
      },
      answered(answer) {
        const { request, status, url, method, replayed } = answer;
        const lease = against.get(request);
        if (lease && !replayed) {
          if (status === 201)
            broken(`${method} ${url} under ${request.lease} was done, although there is lease ${lease.number}`);
          if (status === 409) stand.tally.count("leases", lease.until ? "kept others away" : "refused when over");
        }
        const thing = /^\/(\w+)\/lease/.exec(url)?.[1];
        if (thing === undefined || (status !== 200 && status !== 201)) return;
        if (method === "POST") taken(answer);
        if (method === "DELETE") {
          stand.tally.count("leases", url.includes("break") ? "broken" : "given back");
          drop(of(thing));
        }
      },
      wrote(thing, bytes) {
        const [, hex] = /^DO ([0-9a-f]*)\n/.exec(Buffer.from(bytes).toString("latin1")) ?? [];
        const lease = thing === "tester" ? of(thing) : undefined;
        if (hex === undefined || !lease || stand.clock.now() - lease.since < begunMs) return;
        const token = Buffer.from(hex, "hex").toString();
        if (tokens.has(token) && tokens.get(token) !== lease.number)
          broken(`${token}, asked for under ${tokens.get(token)}, begins under lease ${lease.number}`);
      },
      closed: () => held.clear(),
      checked() {
        for (const { name } of stand.gateway.things.values()) {
          const [really, known] = [stand.gateway.leases.of(name)?.number, of(name)?.number];
          if (really !== known) broken(`${name} is leased under ${really}, and has to be under ${known}`);
        }
        for (const [thing, { until }] of held)
          if (until <= stand.clock.now()) {
            held.delete(thing);
            stand.tally.count("leases", "let lapse");
          }
      },
    };
  },
};
