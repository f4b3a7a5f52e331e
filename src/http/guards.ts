import type { RouteOptions } from "fastify";
import { anybody } from "../access/principal.ts";
import { identifyClients } from "./access/identify.ts";
import { authorizeClients } from "./access/may.ts";
import { noteRefusals } from "./access/note-refusals.ts";
import { bySession, endWithSessions } from "./access/session.ts";
import { tellSights } from "./access/sight.ts";
import { refuseTokensInUrls } from "./access/token-in-url.ts";
import type { AppOptions } from "./app.ts";
import { waitForBeginning } from "./beginning.ts";
import { noteAnswers } from "./broken-request.ts";
import { admitOrigins } from "./cors.ts";
import { refuseExpectations } from "./expectation.ts";
import { readForwarded } from "./forwarded.ts";
import { acceptJsonOnly } from "./json-body.ts";
import { limitAnswers } from "./limits/answers.ts";
import { Bites } from "./limits/bites.ts";
import { limitBodies } from "./limits/bodies.ts";
import { Connections } from "./limits/connections.ts";
import { judgeHeads } from "./limits/heads.ts";
import type { LiveLimits } from "./limits/live.ts";
import { limitFailures, limitRequests } from "./limits/rates.ts";
import { ListedOrigins } from "./other-sites.ts";
import { Paths } from "./paths.ts";
import { tellPipelined } from "./pipelined.ts";
import { guardRequests } from "./security.ts";
import { maxBody } from "./server.ts";
import { readTokensOfSockets } from "./socket/subprotocol.ts";
import { answerUpgrades } from "./socket/upgrade.ts";
import { noteArrivals } from "./start-by.ts";
import { refuseUnlistedProxies } from "./unlisted-proxy.ts";
import { answerUnmatched } from "./unmatched.ts";
import type { App } from "./view.ts";

interface Guarding extends Required<Pick<AppOptions, "clock">>, Omit<AppOptions, "clock"> {
  readonly limits: LiveLimits;
  /** How many have lost their access; undefined where nobody tells. */
  readonly endings: (() => number) | undefined;
  /** Those there are, once they have been added. */
  readonly routes: readonly RouteOptions[];
}

/**
 * What each request passes, in this order, before its route has it: is it one, whose page or proxy does it come from, who
 * sends it, how often does he, may he. None of that reads its body.
 */
export async function guard(app: App, options: Guarding): Promise<void> {
  const { gateway, config, log, clock, identify, sessions, limits, routes } = options;
  const { origins = [], auth, toldAuth } = config.access ?? {};
  const bites = new Bites(clock, log);
  const connections = new Connections(limits, bites);
  bites.measure(() => ({ connections: connections.size }));
  const ends = [gateway.health.add(bites), limits.follow(gateway)];
  app.addHook("onClose", async () => {
    for (const end of ends) end();
  });

  noteArrivals(app, gateway, { clock, wallClock: options.wallClock ?? Date.now });
  connections.watch(app);
  readForwarded(app);
  noteAnswers(app);
  noteRefusals(app, gateway);
  refuseExpectations(app);
  tellPipelined(app, bites);
  judgeHeads(app, maxBody);

  const listed = new ListedOrigins(origins);
  guardRequests(app, config, listed);
  // Nobody has said that anybody may do everything.
  if (auth === "none" && toldAuth === undefined) refuseUnlistedProxies(app);
  await admitOrigins(app, listed);

  refuseTokensInUrls(app);
  readTokensOfSockets(app);
  app.decorateRequest("session");
  const known = sessions && identify ? bySession(sessions, identify) : identify;
  const throttled = known && limitFailures(known, { clock, bites, limits });
  const others = throttled ?? (({ ip }) => anybody(ip));
  const { inside } = options;
  identifyClients(app, inside ? (request) => inside(request) ?? others(request) : others, options.endings);
  limitRequests(app, { clock, bites, limits });
  endWithSessions(app);

  const paths = new Paths(routes, gateway);
  tellSights(app, gateway);
  answerUpgrades(app);
  authorizeClients(app, { gateway, paths });
  waitForBeginning(app, gateway);
  limitBodies(app);
  limitAnswers(app);
  acceptJsonOnly(app);
  answerUnmatched(app, paths);
}
