import { readFile } from "node:fs/promises";
import { getHeapStatistics } from "node:v8";
import type { Registry } from "prom-client";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Thing } from "../../thing/thing.ts";
import { seesAlarm } from "../access/seen-alarm.ts";
import { seesPrompt } from "../access/seen-prompt.ts";
import { seesRecording } from "../access/seen-recording.ts";
import type { Sight } from "../access/sight.ts";
import type { App, View } from "../view.ts";
import { gauge, type Metric } from "./metric.ts";

/** `/metrics`: figures for Prometheus, of those Things that a client may read. */
export function metrics(app: App, { gateway, subscribers, patience }: View): void {
  app.get(
    "/metrics",
    { config: { scope: "read", over: "visible" }, schema: { summary: "Figures for Prometheus" } },
    async (request, reply) => {
      const things = [...request.sight.things.values()];
      const connections = await new Promise<number>((resolve) => app.server.getConnections((_, n) => resolve(n)));
      const waiting = { connections, subscribers: subscribers.size, polls: patience.waiting };
      const all = [
        ...ofThings(things, gateway),
        ...ofGateway(gateway),
        ...ofExperiments(gateway, request.sight),
        ...ofClients(waiting),
        ...(await ofProcess()),
      ];
      const registry = await registered(all);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}

const ofThings = (things: readonly Thing[], { tally }: Gateway): readonly Metric[] => [
  {
    name: "benchd_thing_state",
    help: "1 for the state that a Thing is in",
    samples: things.map(({ name, state }) => ({ labels: { thing: name, state }, value: 1 })),
  },
  {
    name: "benchd_lane_queue_length",
    help: "Calls that wait for a Thing",
    samples: things.map(({ name, lane }) => ({ labels: { thing: name }, value: lane.queue.length })),
  },
  {
    name: "benchd_lane_held",
    help: "1 while a call has a Thing for itself",
    samples: things.map(({ name, lane }) => ({ labels: { thing: name }, value: Number(lane.holder !== undefined) })),
  },
  {
    name: "benchd_invocations_ended_total",
    help: "Invocations that have ended since the start",
    counts: true,
    samples: things.flatMap(({ name }) =>
      [...tally.of(name)].map(([status, value]) => ({ labels: { thing: name, status }, value })),
    ),
  },
];

function ofGateway({ version, emergencyStop, health }: Gateway): readonly Metric[] {
  const { findings } = health.look();
  const lags = findings.flatMap(({ figures }) => figures["lagMs"] ?? []);
  return [
    gauge("benchd_build_info", "1, with the version of benchd", 1, { version }),
    gauge("benchd_emergency_stop_latched", "1 while it is", Number(emergencyStop.latch !== undefined)),
    {
      name: "benchd_probe_ok",
      help: "1 while what benchd judges itself by holds; journal: what is done is written down",
      samples: findings.map(({ name, why }) => ({ labels: { probe: name }, value: Number(why === undefined) })),
    },
    {
      name: "benchd_event_loop_delay_seconds",
      help: "The longest that something had to wait for the event loop in the last minute",
      samples: lags.map((ms) => ({ value: ms / 1000 })),
    },
  ];
}

/** Of those that exist for who asks. */
function ofExperiments({ experiments }: Gateway, sight: Sight): readonly Metric[] {
  const { prompts, alarms, runs, recordings } = experiments;
  const asked = prompts.all.filter((one) => seesPrompt(sight, one));
  const raised = alarms.all.filter((one) => one.raised && seesAlarm(sight, one));
  const running = runs.all.filter(({ things }) => sight.seesAll(things));
  const recorded = recordings.going.filter((one) => seesRecording(sight, one));
  return [
    gauge("benchd_prompts_open", "Questions that wait for somebody at the bench", asked.length),
    gauge("benchd_alarms_raised", "Alarms that are raised", raised.length),
    gauge("benchd_runs_running", "Runs that have not ended, paused ones too", running.length),
    gauge("benchd_recordings_going", "Recordings that go on", recorded.length),
  ];
}

const ofClients = (now: Readonly<Record<"connections" | "subscribers" | "polls", number>>): readonly Metric[] => [
  gauge("benchd_connections", "Connections that are open", now.connections),
  gauge("benchd_event_subscribers", "Clients that listen to events", now.subscribers),
  gauge("benchd_waiting_requests", "Requests that wait for an end, or for a change", now.polls),
];

async function ofProcess(): Promise<readonly Metric[]> {
  const { used_heap_size, external_memory } = getHeapStatistics();
  // Linux alone has it.
  const status = await readFile("/proc/self/status", "latin1").catch(() => "");
  const resident = /^VmRSS:\s*(\d+) kB/m.exec(status)?.[1];
  return [
    gauge("benchd_heap_used_bytes", "Memory of JavaScript values", used_heap_size),
    gauge("benchd_external_memory_bytes", "Memory of buffers beside them", external_memory),
    ...(resident === undefined
      ? []
      : [gauge("benchd_resident_memory_bytes", "What the process takes", 1024 * Number(resident))]),
  ];
}

/** Loaded when somebody asks: most benches are never scraped. */
async function registered(all: readonly Metric[]): Promise<Registry> {
  // As a whole: what is built of a CommonJS package has no names of its own.
  const { default: prom } = await import("prom-client");
  const { Counter, Gauge, Registry } = prom;
  const registry = new Registry();
  for (const { name, help, counts, samples } of all) {
    // It would be told as zero, without a label.
    if (samples.length === 0) continue;
    const labelNames = [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const metric = new (counts ? Counter : Gauge)({ name, help, labelNames, registers: [registry] });
    for (const { labels = {}, value } of samples) metric.inc(labels, value);
  }
  return registry;
}
