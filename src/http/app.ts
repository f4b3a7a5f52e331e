import type { FastifyBaseLogger, RouteOptions } from "fastify";
import type { Sessions } from "../access/sessions.ts";
import { type Clock, realClock } from "../clock.ts";
import { DefinitionError } from "../errors.ts";
import type { Config } from "../gateway/config/config.ts";
import type { Limits } from "../gateway/config/limits.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Identify } from "./access/identify.ts";
import { Audience } from "./audience.ts";
import { isPreflight } from "./cors.ts";
import { Descriptions } from "./descriptions.ts";
import { tellDialects } from "./dialect.ts";
import { answerError } from "./errors.ts";
import { Subscribers } from "./events/subscribers.ts";
import { guard } from "./guards.ts";
import { LiveLimits } from "./limits/live.ts";
import { RequestCounts } from "./metrics/request-counts.ts";
import type { Dashboard } from "./page/dashboard-files.ts";
import { Patience } from "./patience.ts";
import { compileQuery } from "./query.ts";
import { addRoutes } from "./routes.ts";
import type { Credentials } from "./secure.ts";
import type { SecurityOptions } from "./security.ts";
import { createServer } from "./server.ts";
import { Sockets } from "./socket/sockets.ts";
import type { App, View } from "./view.ts";

export interface AppOptions {
  readonly gateway: Gateway;
  readonly config: SecurityOptions & { readonly prefix: string } & Partial<Pick<Config, "access">> & {
      readonly limits?: Partial<Limits>;
    };
  readonly log: FastifyBaseLogger;
  /** Told of every route, so that a test can walk them. */
  readonly onRoute?: (route: RouteOptions) => void;
  /** How long clients wait goes by this one. */
  readonly clock?: Clock;
  /** For tests: the wall clock that `Start-By` is told by; this machine's unless told. */
  wallClock?(): number;
  /** Who sends a request, by his token; whoever can reach the gateway may do everything unless told. */
  readonly identify?: Identify;
  /** Who asks from inside of this process, whoever others are; nobody unless told. */
  readonly inside?: Identify | undefined;
  /** Of pages that have shown a token; none where no token is asked for. */
  readonly sessions?: Sessions | undefined;
  /** It speaks HTTPS with these. */
  readonly tls?: Credentials;
  /** What is served at `/`, where it was built. */
  readonly dashboard?: Dashboard | undefined;
  /** Tells whose access has ended, by the key: what he holds open ends. Returns how to be told no more. */
  readonly onEnded?: (heard: (key: string) => void) => () => void;
}

/** The HTTP interface of a gateway, ready to listen. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { gateway, config, log, clock = realClock, identify, sessions, tls } = options;
  const { prefix } = config;
  const limits = new LiveLimits(config.limits);
  const { requestSeconds } = limits;
  const app = createServer({ prefix, log, proxies: config.access?.proxies ?? [], requestSeconds, tls });
  const patience = new Patience({ clock });
  const audience = new Audience();
  const subscribers = new Subscribers(gateway.events, clock);
  const sockets = new Sockets(clock);
  const auth = identify ? "tokens" : "none";
  const descriptions = new Descriptions({ gateway, prefix, auth });
  const counts = new RequestCounts();
  const view: View = { gateway, prefix, auth, descriptions, patience, audience, subscribers, sockets, counts };
  let ended = 0;
  const deaf = options.onEnded?.((key) => {
    ended++;
    for (const held of [patience, audience, subscribers.places, sockets.places]) held.end(key);
  });
  app.addHook("preClose", async () => {
    patience.close();
    audience.close();
    subscribers.close();
    deaf?.();
    sessions?.close();
  });

  tellDialects(app, prefix);
  app.setValidatorCompiler(compileQuery);
  app.setErrorHandler(answerError);
  app.decorate("requestCounts", counts);
  counts.watch(app);
  const routes = routesOf(app, counts, options.onRoute);
  const endings = deaf && (() => ended);
  await guard(app, { ...options, clock, limits, routes, endings });
  await addRoutes(app, view, { config, clock, sessions, routes, dashboard: options.dashboard });
  return app;
}

/** Those that are added from now on; each has to say who may have it. */
function routesOf(app: App, counts: RequestCounts, onRoute: AppOptions["onRoute"]): readonly RouteOptions[] {
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    if (isPreflight(route)) return;
    const { scope, over = ofThing.test(route.url) ? "thing" : undefined } = route.config ?? {};
    if (!scope || !over || !route.schema)
      throw new DefinitionError(`${route.url} has no scope or no schema, or does not say what its scope is over`);
    route.config = { ...route.config, over, counts: counts.of(route) };
    routes.push(route);
    onRoute?.(route);
  });
  return routes;
}

/** Where a Thing stands in a path. */
const ofThing = /\/:thing(\/|$)/;
