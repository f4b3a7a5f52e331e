import type { PropertyAffordance } from "../../src/thing/affordance.ts";
import type { Thing } from "../../src/thing/thing.ts";
import type { Dice } from "../dice.ts";
import type { Request } from "../rule.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";
import { spoilt, valueFor } from "../values.ts";
import { underLease } from "./leases.ts";

/** The tester is asked in LabThings' words only, by which the rules know what it was told to do. */
const anyThing = (stand: Stand, dice: Dice) =>
  dice.one([...stand.gateway.things.values()].filter(({ name }) => name !== "tester"));

async function sent(stand: Stand, request: Request): Promise<string> {
  await stand.send(request);
  return `${request.method} ${request.url}`;
}

function invocation(stand: Stand, dice: Dice): Request {
  const thing = anyThing(stand, dice);
  const actions = Object.entries(thing.actions);
  if (actions.length === 0) return { method: "GET", url: `/things/${thing.name}/actions` };
  const [name, { input }] = dice.one(actions);
  const fitting = input && valueFor(input, dice);
  const body = dice.odds(0.08) ? spoilt(fitting ?? {}, dice) : fitting;
  const prefer = dice.odds(0.2) ? dice.one(["wait=2", "wait=30", "respond-async"]) : undefined;
  const lease = underLease(stand, dice, thing.name);
  return { method: "POST", url: `/things/${thing.name}/actions/${name}`, body, prefer, lease };
}

function values({ definition }: Thing, dice: Dice): Readonly<Record<string, unknown>> {
  const properties = Object.entries<PropertyAffordance>(definition.properties ?? {});
  const some = properties.filter(([, { readOnly }]) => dice.odds(readOnly ? 0.02 : 0.6));
  return Object.fromEntries(some.map(([name, { schema }]) => [name, valueFor(schema, dice, name)]));
}

/** Long polls of an hour would hold up what waits for all to be answered. */
const looks = ["", "/properties", "/actions", "/actions?limit=3", "/events"];

/** What consumers of the Web of Things do. */
export const wot: readonly Operation[] = [
  { name: "invoke, as the Web of Things", weight: 6, act: (stand, dice) => sent(stand, invocation(stand, dice)) },
  {
    name: "write several properties",
    weight: 2,
    act(stand, dice) {
      const thing = anyThing(stand, dice);
      const body = values(thing, dice);
      const lease = underLease(stand, dice, thing.name);
      const url = `/things/${thing.name}/properties`;
      return sent(stand, { method: "PUT", url, lease, body: dice.odds(0.1) ? spoilt(body, dice) : body });
    },
  },
  {
    name: "ask for a status, or cancel, as the Web of Things",
    weight: 3,
    act(stand, dice) {
      const all = stand.roll.all();
      if (all.length === 0) return sent(stand, { method: "GET", url: "/.well-known/wot" });
      const { id, thing, action } = dice.one(all).invocation;
      const method = dice.odds(0.4) ? "DELETE" : "GET";
      return sent(stand, { method, url: `/things/${thing}/actions/${action}/${id}` });
    },
  },
  {
    name: "look around, as the Web of Things",
    weight: 2,
    act(stand, dice) {
      const url = dice.odds(0.2)
        ? "/gateway/directory/things"
        : `/things/${anyThing(stand, dice).name}${dice.one(looks)}`;
      return sent(stand, { method: "GET", url });
    },
  },
];
