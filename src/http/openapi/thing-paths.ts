import type { PropertyAffordance, StreamAffordance } from "../../thing/affordance.ts";
import type { Thing } from "../../thing/thing.ts";
import { actionPaths } from "./action-paths.ts";
import type { AffordanceRoutes, Concrete } from "./concrete.ts";
import { common } from "./operation.ts";
import { propertyPaths, streamPath } from "./property-paths.ts";

/** Every affordance of a Thing, each with its own schemas. */
export function thingPaths(thing: Thing, routes: AffordanceRoutes): readonly Concrete[] {
  const { properties = {}, streams = {} } = thing.definition;
  const all = [
    ...Object.entries<PropertyAffordance>(properties).flatMap(([name, one]) =>
      propertyPaths(thing.name, name, one, routes),
    ),
    ...Object.entries<StreamAffordance>(streams).map(([name, one]) => streamPath(thing.name, name, one, routes)),
    ...Object.entries(thing.actions).flatMap(([name, one]) => actionPaths(thing.name, name, one, routes)),
  ];
  return all.flatMap(({ route, tells, ...rest }) =>
    route ? [{ ...rest, operation: { tags: [thing.name], "x-scope": common(route)["x-scope"], ...tells } }] : [],
  );
}
