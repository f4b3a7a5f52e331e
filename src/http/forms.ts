import { describeThing, type ThingDescription } from "../thing/description.ts";
import type { Thing } from "../thing/thing.ts";
import type { Base } from "./invocation-json.ts";

type Json = Readonly<Record<string, unknown>>;

const security = {
  securityDefinitions: { no_security: { scheme: "nosec", description: "No security" } },
  security: "no_security",
};

/** The Thing Description of a Thing, with how to reach it from where the client found us. */
export function publish(thing: Thing, { origin, prefix }: Base): Json {
  return { ...addForms(describe(thing), `${prefix}/${thing.name}`), base: `${origin}/` };
}

const describe = ({ definition, title, actions, enforcedBy }: Thing) =>
  describeThing(definition, { title, actions, enforcedBy });

function addForms({ events: _, "benchd:streams": streams, ...description }: ThingDescription, path: string): Json {
  return {
    ...description,
    ...(streams && {
      "benchd:streams": map(streams, (name, stream) => ({ ...stream, href: `${path}/${name}` })),
    }),
    properties: map(description.properties, (name, property) => ({
      ...property,
      forms: [
        { href: `${path}/${name}`, op: property["readOnly"] ? ["readproperty"] : ["readproperty", "writeproperty"] },
      ],
    })),
    actions: map(description.actions, (name, action) => ({
      ...action,
      forms: [{ href: `${path}/${name}`, op: ["invokeaction"] }],
    })),
    // Events are left out until there is a URL to subscribe to: an affordance without a form is not valid.
    ...security,
  };
}

function map<Entry>(table: Readonly<Record<string, Entry>>, change: (name: string, entry: Entry) => Json): Json {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, change(name, entry)]));
}
