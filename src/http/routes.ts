import type { RouteOptions } from "fastify";
import { isLoopback } from "../gateway/config/access.ts";
import { session } from "./access/session.ts";
import type { AppOptions } from "./app.ts";
import { blobs } from "./blobs/blobs.ts";
import { events } from "./events/events.ts";
import { alarms } from "./experiment/alarms.ts";
import { calibrations } from "./experiment/calibrations.ts";
import { procedures } from "./experiment/procedures.ts";
import { prompts } from "./experiment/prompts.ts";
import { recordings } from "./experiment/recordings.ts";
import { runs } from "./experiment/runs.ts";
import { schedules } from "./experiment/schedules.ts";
import { about } from "./gateway/about.ts";
import { audit } from "./gateway/audit.ts";
import { configuration } from "./gateway/configuration.ts";
import { emergencyStop } from "./gateway/emergency-stop.ts";
import { health } from "./gateway/health.ts";
import { history } from "./gateway/history.ts";
import { interlocks } from "./gateway/interlocks.ts";
import { lease, leases } from "./gateway/lease.ts";
import { mockFaults } from "./gateway/mock-faults.ts";
import { quarantine } from "./gateway/quarantine.ts";
import { reload } from "./gateway/reload.ts";
import { timeline } from "./gateway/timeline.ts";
import { traffic } from "./gateway/traffic.ts";
import { transcripts } from "./gateway/transcripts.ts";
import { actions } from "./labthings/actions.ts";
import { affordances } from "./labthings/affordances.ts";
import { invocations } from "./labthings/invocations.ts";
import { things } from "./labthings/things.ts";
import { viewer } from "./labthings/viewer.ts";
import { metrics } from "./metrics/metrics.ts";
import { docs } from "./openapi/docs.ts";
import { OpenApi, openApi } from "./openapi/openapi.ts";
import { dashboard } from "./page/dashboard.ts";
import { webSockets } from "./socket/web-sockets.ts";
import type { App, View } from "./view.ts";
import { discovery } from "./wot/discovery.ts";
import { webOfThings } from "./wot/routes.ts";

interface Routing extends Required<Pick<AppOptions, "clock">>, Pick<AppOptions, "config" | "sessions" | "dashboard"> {
  /** Grows as they are added. */
  readonly routes: readonly RouteOptions[];
}

/** Every route there is, each with the scope that it wants. */
export async function addRoutes(app: App, view: View, routing: Routing): Promise<void> {
  const { config, clock, sessions, routes } = routing;
  const stopByAnybody = config.access?.emergencyStop === "anybody";
  dashboard(app, { dashboard: routing.dashboard, stopByForm: stopByAnybody || view.auth === "none" });
  about(app, view, view.auth === "none" && !isLoopback(config.listen.host));
  session(app, sessions, view.gateway);
  health(app, view);
  emergencyStop(app, view, { clock, anybody: stopByAnybody });
  interlocks(app, view);
  reload(app, view);
  configuration(app, view);
  leases(app, view);
  procedures(app, view);
  schedules(app, view);
  alarms(app, view);
  prompts(app, view);
  calibrations(app, view);
  runs(app, view);
  recordings(app, view);
  audit(app, view);
  metrics(app, view);
  mockFaults(app, view);
  transcripts(app, view);
  history(app, view);
  timeline(app, view);
  traffic(app, view);
  events(app, view);
  const documents = new OpenApi(view, routes);
  openApi(app, documents);
  docs(app, documents);
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
}
