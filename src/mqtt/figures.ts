import { counter, gauge, type Metric } from "../gateway/metric.ts";

/** How it goes with a broker. */
export interface BrokerFigures {
  readonly connected: boolean;
  readonly connections: number;
  readonly inFlight: number;
  readonly behind: number;
  readonly missed: number;
  readonly sent: number;
  readonly refused: number;
}

export const brokerMetrics = (now: BrokerFigures): readonly Metric[] => [
  gauge("benchd_mqtt_connected", "1 while there is a connection with the broker", Number(now.connected)),
  counter("benchd_mqtt_connections_total", "Connections with the broker that were made", now.connections),
  gauge("benchd_mqtt_in_flight", "Messages that the broker has not confirmed yet", now.inFlight),
  gauge("benchd_mqtt_behind_events", "Events before which not all is confirmed by the broker", now.behind),
  counter("benchd_mqtt_missed_events_total", "Events that were gone before the broker could be told", now.missed),
  counter("benchd_mqtt_sent_total", "Messages that the broker has confirmed", now.sent),
  counter("benchd_mqtt_refused_total", "Messages that the broker has not taken", now.refused),
];
