import type { PropertyAffordance } from "../../src/thing/affordance.ts";
import type { Dice } from "../dice.ts";
import type { Request } from "../rule.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";
import { spoilt, valueFor } from "../values.ts";
import { underLease } from "./leases.ts";

const shown = ({ method, url, body }: Request) =>
  `${method} ${url}${body === undefined ? "" : ` ${JSON.stringify(body)?.slice(0, 200)}`}`;

async function sent(stand: Stand, request: Request): Promise<string> {
  await stand.send(request);
  return shown(request);
}

const anyThing = (stand: Stand, dice: Dice) => dice.one([...stand.gateway.things.values()]);

function invocation(stand: Stand, dice: Dice): Request {
  const thing = anyThing(stand, dice);
  const actions = Object.entries(thing.actions);
  if (actions.length === 0) return { method: "GET", url: `/${thing.name}/` };
  const [name, { input }] = dice.one(actions);
  const fitting = input && valueFor(input, dice);
  const body = dice.odds(0.08) ? spoilt(fitting ?? {}, dice) : fitting;
  const prefer = dice.odds(0.2) ? dice.one(["wait=0", "wait=2", "wait=30", "respond-async"]) : undefined;
  return { method: "POST", url: `/${thing.name}/${name}`, body, prefer, lease: underLease(stand, dice, thing.name) };
}

const lists = ["", "?status=running", "?status=error", "?limit=5", "?thing=pump&limit=20", "?action=dose", "?limit=0"];
const pages = [
  ...["/", "/health", "/ready", "/thing_states", "/things/", "/thing_descriptions/", "/emergency_stop", "/no"],
  ...["/gateway/interlocks", "/gateway/audit", "/gateway/history?limit=20", "/tester/lease", "/pump/"],
];

/** What those do who use the bench over HTTP. */
export const clients: readonly Operation[] = [
  { name: "invoke", weight: 30, act: (stand, dice) => sent(stand, invocation(stand, dice)) },
  {
    name: "ask for more than a lane holds",
    weight: 0.5,
    async act(stand, dice) {
      const request = invocation(stand, dice);
      const count = dice.whole(20, 130);
      for (let n = 0; n < count; n++) await stand.send(request);
      return `${count} times ${shown(request)}`;
    },
  },
  {
    name: "cancel",
    weight: 9,
    act(stand, dice) {
      const live = stand.roll.live();
      const some = live.length > 0 && dice.odds(0.9) ? live : stand.roll.all();
      const id = some.length > 0 ? dice.one(some).invocation.id : "00000000-0000-4000-8000-000000000000";
      return sent(stand, { method: "DELETE", url: `/action_invocations/${id}` });
    },
  },
  {
    name: "cancel from many sides",
    weight: 1,
    async act(stand, dice) {
      const live = stand.roll.live();
      if (live.length === 0) return "nothing to cancel";
      const url = `/action_invocations/${dice.one(live).invocation.id}`;
      for (let n = 0; n < 30; n++) await stand.send({ method: "DELETE", url });
      return `30 times DELETE ${url}`;
    },
  },
  {
    name: "poll",
    weight: 6,
    act(stand, dice) {
      const all = stand.roll.all();
      const one = all.length > 0 ? `/${dice.one(all).invocation.id}` : "";
      const url = `/action_invocations${dice.odds(0.6) ? one + dice.one(["", "?wait=5", "?log_since=3", "/output"]) : dice.one(lists)}`;
      return sent(stand, { method: "GET", url });
    },
  },
  { name: "look around", weight: 2, act: (stand, dice) => sent(stand, { method: "GET", url: dice.one(pages) }) },
  {
    name: "read",
    weight: 10,
    act(stand, dice) {
      const thing = anyThing(stand, dice);
      const names = Object.keys(thing.definition.properties ?? {});
      if (names.length === 0) return sent(stand, { method: "GET", url: "/camera/mjpeg_stream?frames=2" });
      return sent(stand, { method: "GET", url: `/${thing.name}/${dice.one(names)}` });
    },
  },
  {
    name: "write",
    weight: 8,
    act(stand, dice) {
      const thing = anyThing(stand, dice);
      const properties = Object.entries<PropertyAffordance>(thing.definition.properties ?? {});
      if (properties.length === 0) return sent(stand, { method: "GET", url: `/${thing.name}/` });
      const [name, { schema }] = dice.one(properties);
      const fitting = valueFor(schema, dice, name);
      const url = `/${thing.name}/${name}`;
      const lease = underLease(stand, dice, thing.name);
      if (dice.odds(0.1)) return sent(stand, { method: "POST", url: `${url}/reset`, lease });
      return sent(stand, { method: "PUT", url, lease, body: dice.odds(0.1) ? spoilt(fitting, dice) : fitting });
    },
  },
  {
    name: "stop",
    weight: 4,
    act: (stand, dice) => sent(stand, { method: "POST", url: `/${anyThing(stand, dice).name}/stop` }),
  },
];
