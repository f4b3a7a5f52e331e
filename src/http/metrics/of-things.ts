import type { Gateway } from "../../gateway/gateway.ts";
import { counters, gauges, type Metric, spreads } from "../../gateway/metric.ts";
import type { Thing } from "../../thing/thing.ts";

/** How these Things are, and what has become of what was asked of them. */
export const ofThings = (things: readonly Thing[], { tally, leases }: Gateway): readonly Metric[] => [
  gauges(
    "benchd_thing_state",
    "1 for the state that a Thing is in",
    things.map(({ name, state }) => ({ labels: { thing: name, state }, value: 1 })),
  ),
  counters(
    "benchd_thing_transitions_total",
    "How often a Thing has come to a state; to ready after the first time: it was opened again",
    things.flatMap(({ name, entered }) =>
      Object.entries(entered).map(([state, value]) => ({ labels: { thing: name, state }, value })),
    ),
  ),
  gauges(
    "benchd_thing_outputs_on",
    "Outputs that are known not to be at their safe values",
    things.map(({ name, outputsOn }) => ({ labels: { thing: name }, value: outputsOn.length })),
  ),
  gauges(
    "benchd_thing_leased",
    "1 while somebody has a lease on a Thing",
    things.map(({ name }) => ({ labels: { thing: name }, value: Number(leases.of(name) !== undefined) })),
  ),
  gauges(
    "benchd_lane_queue_length",
    "Calls that wait for a Thing",
    things.map(({ name, lane }) => ({ labels: { thing: name }, value: lane.queue.length })),
  ),
  gauges(
    "benchd_lane_held",
    "1 while a call has a Thing for itself",
    things.map(({ name, lane }) => ({ labels: { thing: name }, value: Number(lane.holder !== undefined) })),
  ),
  counters(
    "benchd_invocations_ended_total",
    "Invocations that had begun and have ended since the start",
    things.flatMap(({ name }) =>
      [...tally.of(name)].map(([status, value]) => ({ labels: { thing: name, status }, value })),
    ),
  ),
  spreads(
    "benchd_invocation_wait_seconds",
    "How long invocations that have ended had waited for their turn",
    things.flatMap(({ name }) => {
      const histogram = tally.waited(name);
      return histogram ? [{ labels: { thing: name }, histogram }] : [];
    }),
  ),
  spreads(
    "benchd_invocation_run_seconds",
    "How long invocations that have ended had run",
    things.flatMap(({ name }) =>
      [...tally.ran(name)].map(([action, histogram]) => ({ labels: { thing: name, action }, histogram })),
    ),
  ),
];
