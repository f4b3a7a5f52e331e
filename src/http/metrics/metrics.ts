import type { Gateway } from "../../gateway/gateway.ts";
import { counters, gauge, type Metric } from "../../gateway/metric.ts";
import type { Sight } from "../access/sight.ts";
import type { App, View } from "../view.ts";
import { exposition, expositionType } from "./exposition.ts";
import { ofExperiments, ofGateway } from "./of-bench.ts";
import { ofItself } from "./of-itself.ts";
import { ofJournal } from "./of-journal.ts";
import { ofThings } from "./of-things.ts";
import { ofWires } from "./of-wires.ts";

/** `/metrics`: figures for Prometheus, of those Things that a client may read. */
export function metrics(app: App, view: View): void {
  app.get(
    "/metrics",
    { config: { scope: "read", over: "visible" }, schema: { summary: "Figures for Prometheus" } },
    async ({ sight }, reply) => {
      const connections = await new Promise<number>((resolve) => app.server.getConnections((_, n) => resolve(n)));
      const { gateway, counts } = view;
      const all = [
        ...ofGateway(gateway),
        ...ofExperiments(gateway, sight),
        ...ofSeen(gateway, sight),
        ...(await ofJournal(gateway)),
        ...ofClients(view, connections),
        ...counts.metrics(),
        ...ofItself(),
      ];
      return reply.type(expositionType).send(Buffer.from(exposition(all)));
    },
  );
}

function ofSeen(gateway: Gateway, sight: Sight): readonly Metric[] {
  const things = [...sight.things.values()];
  return [...ofThings(things, gateway), ...ofWires(things), ...gateway.figures.tell(sight)];
}

function ofClients({ gateway, subscribers, patience }: View, connections: number): readonly Metric[] {
  const { figures = {} } = gateway.health.look().findings.find(({ name }) => name === "limits") ?? {};
  return [
    gauge("benchd_connections", "Connections that are open", connections),
    gauge("benchd_event_subscribers", "Clients that listen to events", subscribers.size),
    gauge("benchd_waiting_requests", "Requests that wait for an end, or for a change", patience.waiting),
    counters("benchd_http_limited_total", "How often a limit has bitten", [
      { labels: { limit: "connections" }, value: figures["connectionsEnded"] ?? 0 },
      { labels: { limit: "requests" }, value: figures["requestsRefused"] ?? 0 },
      { labels: { limit: "failures" }, value: figures["failuresRefused"] ?? 0 },
    ]),
  ];
}
