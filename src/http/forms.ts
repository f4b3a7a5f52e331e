import { describeThing, type ThingDescription } from "../thing/description.ts";
import type { Thing } from "../thing/thing.ts";
import type { View } from "./view.ts";
import { actionForms, eventForms, propertyForms, thingForms } from "./wot/forms.ts";
import { securityOf } from "./wot/security.ts";
import { thingId } from "./wot/thing-id.ts";
import { thingPath } from "./wot/urls.ts";

type Json = Readonly<Record<string, unknown>>;

/** Whoever reads these two knows each request that he has to send. */
const profiles = [
  "https://www.w3.org/2022/wot/profile/http-basic/v1",
  "https://www.w3.org/2022/wot/profile/http-sse/v1",
];

/**
 * The Thing Description of a Thing, with how to reach it from where the client found us. There is one for both views:
 * its forms lead to that of the Web of Things, and LabThings' clients make their paths from names.
 */
export function publish(thing: Thing, view: Pick<View, "gateway" | "prefix" | "auth">, origin: string): Json {
  const { gateway, prefix } = view;
  const { definition, name, title, actions, enforcedBy } = thing;
  const described = describeThing(definition, { title, actions, enforcedBy });
  const { "@context": context, ...rest } = described;
  return {
    "@context": context,
    id: thingId(gateway.installation, name),
    profile: profiles,
    ...rest,
    ...affordances(described, `${prefix}/${name}`, thingPath(prefix, name)),
    ...securityOf(view),
    base: `${origin}/`,
    links: [{ rel: "collection", href: "/gateway/directory", type: "application/td+json" }],
  };
}

function affordances(
  { properties, actions, events, "benchd:streams": streams }: ThingDescription,
  own: string,
  path: string,
) {
  return {
    ...(streams && { "benchd:streams": map(streams, (name, stream) => ({ ...stream, href: `${own}/${name}` })) }),
    properties: map(properties, (name, property) => ({
      ...property,
      forms: propertyForms(`${path}/properties/${name}`, property),
    })),
    actions: map(actions, (name, action) => ({ ...action, ...actionForms(`${path}/actions/${name}`, action) })),
    ...(events && {
      events: map(events, (name, event) => ({ ...event, forms: eventForms(`${path}/events/${name}`) })),
    }),
    forms: thingForms(path, { properties, events }),
  };
}

function map<Entry>(table: Readonly<Record<string, Entry>>, change: (name: string, entry: Entry) => Json): Json {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, change(name, entry)]));
}
