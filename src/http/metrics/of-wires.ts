import { counters, type Metric, spreads } from "../../gateway/metric.ts";
import type { Thing } from "../../thing/thing.ts";

/** What has gone over the wires of those of these Things that have one. */
export function ofWires(things: readonly Thing[]): readonly Metric[] {
  const wired = things
    .filter(({ hasWire }) => hasWire)
    .map(({ name, recorder }) => ({ name, counts: recorder.counts }));
  type Counts = (typeof wired)[number]["counts"];
  const each = (name: string, help: string, figureOf: (counts: Counts) => number) =>
    counters(
      name,
      help,
      wired.map((one) => ({ labels: { thing: one.name }, value: figureOf(one.counts) })),
    );
  return [
    each(
      "benchd_wire_exchanges_total",
      "Messages that were sent to a device, with their replies",
      (of) => of.exchanges,
    ),
    counters(
      "benchd_wire_failures_total",
      "Exchanges that came to nothing after they were sent",
      wired.flatMap(({ name, counts }) =>
        Object.entries(counts.failures).map(([why, value]) => ({ labels: { thing: name, why }, value })),
      ),
    ),
    spreads(
      "benchd_wire_round_trip_seconds",
      "From the first byte of a message to the end of its reply, in the time of the bench",
      wired.map(({ name, counts }) => ({ labels: { thing: name }, histogram: counts.roundTrip })),
    ),
    counters(
      "benchd_wire_bytes_total",
      "Bytes that went over a wire",
      wired.flatMap(({ name, counts }) => [
        { labels: { thing: name, direction: "sent" }, value: counts.bytesSent },
        { labels: { thing: name, direction: "received" }, value: counts.bytesReceived },
      ]),
    ),
    each("benchd_wire_late_replies_total", "Replies that came when nobody waited for them any more", (of) => of.late),
    each("benchd_wire_noise_total", "Messages that nobody had asked for, and pieces that are none", (of) => of.noise),
    each(
      "benchd_wire_resynchronisations_total",
      "How often a wire had to be brought back into step",
      (of) => of.resynchronisations,
    ),
    each("benchd_wire_retries_total", "How often that was tried again", (of) => of.retries),
  ];
}
