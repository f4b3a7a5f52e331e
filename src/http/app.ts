import Fastify, { type FastifyBaseLogger, type FastifyReply, LogController, type RouteOptions } from "fastify";
import { anybody } from "../access/principal.ts";
import type { Sessions } from "../access/sessions.ts";
import { type Clock, realClock } from "../clock.ts";
import { DefinitionError } from "../errors.ts";
import { isLoopback } from "../gateway/config/access.ts";
import type { Config } from "../gateway/config/config.ts";
import type { Limits } from "../gateway/config/limits.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type Identify, identifyClients } from "./access/identify.ts";
import { authorizeClients } from "./access/may.ts";
import { noteRefusals } from "./access/note-refusals.ts";
import { bySession, endWithSessions, session } from "./access/session.ts";
import { tellSights } from "./access/sight.ts";
import { refuseTokensInUrls, urlForLog } from "./access/token-in-url.ts";
import { refuse } from "./answer.ts";
import { Audience } from "./audience.ts";
import { blobs } from "./blobs/blobs.ts";
import { answerBroken, noteAnswers } from "./broken-request.ts";
import { admitOrigins, isPreflight } from "./cors.ts";
import { dialectAt, tellDialects } from "./dialect.ts";
import { answerError } from "./errors.ts";
import { events } from "./events/events.ts";
import { Subscribers } from "./events/subscribers.ts";
import { refuseExpectations } from "./expectation.ts";
import { readForwarded } from "./forwarded.ts";
import { audit } from "./gateway/audit.ts";
import { clearStop } from "./gateway/clear-stop.ts";
import { emergencyStop } from "./gateway/emergency-stop.ts";
import { frontPage } from "./gateway/front-page.ts";
import { health } from "./gateway/health.ts";
import { history } from "./gateway/history.ts";
import { interlocks } from "./gateway/interlocks.ts";
import { lease } from "./gateway/lease.ts";
import { metrics } from "./gateway/metrics.ts";
import { mockFaults } from "./gateway/mock-faults.ts";
import { quarantine } from "./gateway/quarantine.ts";
import { transcripts } from "./gateway/transcripts.ts";
import { acceptJsonOnly } from "./json-body.ts";
import { actions } from "./labthings/actions.ts";
import { affordances } from "./labthings/affordances.ts";
import { invocations } from "./labthings/invocations.ts";
import { things } from "./labthings/things.ts";
import { viewer } from "./labthings/viewer.ts";
import { Bites } from "./limits/bites.ts";
import { Connections } from "./limits/connections.ts";
import { judgeHeads } from "./limits/heads.ts";
import { limitsOf, slowness } from "./limits/limits.ts";
import { limitFailures, limitRequests } from "./limits/rates.ts";
import { describeDocs, docs } from "./openapi/docs.ts";
import { OpenApi, openApi } from "./openapi/openapi.ts";
import { ListedOrigins } from "./other-sites.ts";
import { Paths } from "./paths.ts";
import { Patience } from "./patience.ts";
import { tellPipelined } from "./pipelined.ts";
import { compileQuery } from "./query.ts";
import { type Credentials, serverOptions } from "./secure.ts";
import { guardRequests, type SecurityOptions, securityHeaders } from "./security.ts";
import { Sockets } from "./socket/sockets.ts";
import { readTokensOfSockets } from "./socket/subprotocol.ts";
import { answerUpgrades, hangUp } from "./socket/upgrade.ts";
import { webSockets } from "./socket/web-sockets.ts";
import { refuseUnlistedProxies } from "./unlisted-proxy.ts";
import { answerUnmatched } from "./unmatched.ts";
import type { App, View } from "./view.ts";
import { discovery } from "./wot/discovery.ts";
import { webOfThings } from "./wot/routes.ts";

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
  /** Who sends a request, by his token; whoever can reach the gateway may do everything unless told. */
  readonly identify?: Identify;
  /** Of pages that have shown a token; none where no token is asked for. */
  readonly sessions?: Sessions;
  /** It speaks HTTPS with these. */
  readonly tls?: Credentials;
  /** Tells whose access has ended, by the key: what he holds open ends. Returns how to be told no more. */
  readonly onEnded?: (heard: (key: string) => void) => () => void;
}

/** Of a request; bytes. */
const maxBody = 1024 * 1024;

/** The HTTP interface of a gateway, ready to listen. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { gateway, config, log, onRoute, clock = realClock, identify, sessions, tls } = options;
  const { proxies = [] } = config.access ?? {};
  const limits = limitsOf(config.limits);
  const { requestTimeout, ...slow } = slowness(limits);
  // Without a Host our own guard refuses, which tells why.
  const server = { requireHostHeader: false, ...slow };
  const app: App = Fastify({
    ...(tls ? { https: { ...server, ...serverOptions(tls) } } : { http: server }),
    trustProxy: proxies.length > 0 && [...proxies],
    loggerInstance: log.child({}, { serializers: { url: urlForLog } }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBody,
    requestTimeout,
    // Longer than the longest wait that a client may ask for.
    connectionTimeout: 90_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    // A path that is none: its request is not one of ours yet, and knows no dialect.
    frameworkErrors(error, request, reply: FastifyReply) {
      hangUp(request, reply);
      const dialect = dialectAt(request.url, config.prefix);
      refuse(reply.headers(securityHeaders), error.statusCode ?? 400, error.message, dialect);
    },
    clientErrorHandler: answerBroken,
  });
  const patience = new Patience({ clock });
  const audience = new Audience();
  const subscribers = new Subscribers(gateway.events, clock);
  const sockets = new Sockets(clock);
  const auth = identify ? "tokens" : "none";
  const view: View = { gateway, prefix: config.prefix, auth, patience, audience, subscribers, sockets };
  const deaf = options.onEnded?.((key) => {
    for (const held of [patience, audience, subscribers.places, sockets.places]) held.end(key);
  });
  const routes: RouteOptions[] = [];

  tellDialects(app, config.prefix);
  app.setValidatorCompiler(compileQuery);
  app.setErrorHandler(answerError);
  describeDocs(app);
  app.addHook("onRoute", (route) => {
    if (isPreflight(route)) return;
    const { scope, over = ofThing.test(route.url) ? "thing" : undefined } = route.config ?? {};
    if (!scope || !over || !route.schema)
      throw new DefinitionError(`${route.url} has no scope or no schema, or does not say what its scope is over`);
    route.config = { ...route.config, over };
    routes.push(route);
    onRoute?.(route);
  });
  app.addHook("preClose", async () => {
    patience.close();
    audience.close();
    subscribers.close();
    deaf?.();
    sessions?.close();
  });
  const bites = new Bites(clock, log);
  const connections = new Connections(limits.connections, bites);
  bites.measure(() => ({ connections: connections.size }));
  const forget = gateway.health.add(bites);
  app.addHook("onClose", async () => forget());
  connections.watch(app);
  readForwarded(app);
  noteAnswers(app);
  noteRefusals(app, gateway);
  refuseExpectations(app);
  tellPipelined(app, bites);
  judgeHeads(app, maxBody);
  const origins = new ListedOrigins(config.access?.origins ?? []);
  guardRequests(app, config, origins);
  // Nobody has said that anybody may do everything.
  if (config.access?.auth === "none" && config.access.toldAuth === undefined) refuseUnlistedProxies(app);
  await admitOrigins(app, origins);
  refuseTokensInUrls(app);
  readTokensOfSockets(app);
  app.decorateRequest("session");
  const known = sessions && identify ? bySession(sessions, identify) : identify;
  const throttled = known && limitFailures(known, { clock, bites, max: limits.failuresPerMinute });
  identifyClients(app, throttled ?? (({ ip }) => anybody(ip)));
  const own = config.limits?.requestsPerSecond !== undefined;
  limitRequests(app, { clock, bites, max: limits.requestsPerSecond, own });
  endWithSessions(app);
  const paths = new Paths(routes, gateway);
  tellSights(app, gateway.things);
  answerUpgrades(app);
  authorizeClients(app, { gateway, paths });
  acceptJsonOnly(app);
  answerUnmatched(app, paths);

  const stopByAnybody = config.access?.emergencyStop === "anybody";
  frontPage(app, view, { openToAll: auth === "none" && !isLoopback(config.listen.host), stopByAnybody });
  session(app, sessions);
  health(app, view);
  emergencyStop(app, view, { clock, anybody: stopByAnybody });
  clearStop(app, view);
  interlocks(app, view);
  audit(app, view);
  metrics(app, view);
  mockFaults(app, view);
  transcripts(app, view);
  history(app, view);
  events(app, view);
  const documents = new OpenApi(view, routes);
  openApi(app, documents);
  await docs(app, documents);
  discovery(app, view);
  await app.register(
    async (scope: App) => {
      things(scope, view);
      quarantine(scope, view);
      lease(scope, view);
      affordances(scope, view);
      viewer(scope, view);
      blobs(scope, view);
      invocations(scope, view);
      actions(scope, view);
      webSockets(scope, view);
      webOfThings(scope, view);
    },
    { prefix: config.prefix },
  );
  return app;
}

/** Where a Thing stands in a path. */
const ofThing = /\/:thing(\/|$)/;
