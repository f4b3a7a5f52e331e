import { experimentRoutes } from "./told/experiments.ts";
import { gatewayRoutes } from "./told/gateway.ts";
import { invocationRoutes } from "./told/invocations.ts";
import { thingRoutes } from "./told/things.ts";
import type { ToldOf } from "./told/told.ts";
import { wotRoutes } from "./told/web-of-things.ts";

/** What is told of routes. One that is missing here is told by what it says itself. */
export const told: ToldOf = {
  ...thingRoutes,
  ...invocationRoutes,
  ...gatewayRoutes,
  ...experimentRoutes,
  ...wotRoutes,
};

/** Routes that do not stand in the document, and why. A star at the end stands for anything. */
export const leftOut: Readonly<Record<string, string>> = {
  "GET /": "a page for people",
  "GET /gateway/dashboard/:file": "what that page loads",
  "GET /docs*": "a page for people, and what it is made of",
  "GET /openapi.json": "the document itself",
  "GET /emergency_stop/": "the same without the slash",
  "POST /emergency_stop/": "the same without the slash",
  "DELETE /emergency_stop/": "the same without the slash",
  "GET /:thing/:affordance/viewer": "a page for people",
  "POST /mock/:thing/faults/:fault": "the same as PUT",
  "GET /:thing/ws": "a WebSocket, for which OpenAPI has no words",
  "GET /:thing/:affordance": "each property, action and stream has a path of its own",
  "PUT /:thing/:affordance": "each property has a path of its own",
  "POST /:thing/:affordance": "each action has a path of its own",
  "POST /:thing/:affordance/reset": "each property with a default has a path of its own",
};
