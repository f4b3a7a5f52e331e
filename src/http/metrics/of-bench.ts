import type { Gateway } from "../../gateway/gateway.ts";
import { counter, counters, gauge, gauges, type Metric } from "../../gateway/metric.ts";
import { seesAlarm } from "../access/seen-alarm.ts";
import { seesInterlock } from "../access/seen-interlock.ts";
import { seesPrompt } from "../access/seen-prompt.ts";
import { seesRecording } from "../access/seen-recording.ts";
import type { Sight } from "../access/sight.ts";
import { degradations } from "../gateway/degraded.ts";

/** How the gateway is as a whole. */
export function ofGateway({ version, emergencyStop, health, wallClock, keys }: Gateway): readonly Metric[] {
  const { findings } = health.look();
  const lags = findings.flatMap(({ figures }) => figures["lagMs"] ?? []);
  return [
    gauge("benchd_build_info", "1, with the version of benchd", 1, { version }),
    gauge("benchd_emergency_stop_latched", "1 while it is", Number(emergencyStop.latch !== undefined)),
    gauges(
      "benchd_probe_ok",
      "1 while what benchd judges itself by holds; journal: what is done is written down",
      findings.map(({ name, why }) => ({ labels: { probe: name }, value: Number(why === undefined) })),
    ),
    gauges(
      "benchd_event_loop_delay_seconds",
      "The longest that something had to wait for the event loop in the last minute",
      lags.map((ms) => ({ value: ms / 1000 })),
    ),
    gauge("benchd_clock_trusted", "1 while somebody vouches for the wall clock", Number(wallClock.trusted() === true)),
    counter("benchd_suspended_seconds_total", "For how long the machine was suspended", wallClock.suspendedMs() / 1000),
    counters("benchd_keys_total", "Requests with an Idempotency-Key, by whether they were done or answered again", [
      { labels: { answer: "new" }, value: keys.counts.new },
      { labels: { answer: "replayed" }, value: keys.counts.replayed },
    ]),
  ];
}

/** Of what exists for who asks. */
export function ofExperiments(gateway: Gateway, sight: Sight): readonly Metric[] {
  const { experiments, interlocks, leases } = gateway;
  const { prompts, alarms, runs, recordings } = experiments;
  const asked = prompts.all.filter((one) => seesPrompt(sight, one));
  const watched = alarms.all.filter((one) => seesAlarm(sight, one));
  const running = runs.all.filter(({ things }) => sight.seesAll(things));
  const recorded = recordings.going.filter((one) => seesRecording(sight, one));
  const kept = recordings.list().filter((one) => seesRecording(sight, one));
  const held = new Set([...sight.things.keys()].flatMap((name) => leases.of(name) ?? []));
  return [
    gauge(
      "benchd_degraded",
      "1 while something is not as it should be: /health tells what",
      Number(degradations(gateway, sight).length > 0),
    ),
    gauges(
      "benchd_interlock_tripped",
      "1 while an interlock is tripped, until somebody resets it",
      interlocks.all
        .filter((one) => seesInterlock(sight, one))
        .map(({ name, trip }) => ({ labels: { interlock: name }, value: Number(trip !== undefined) })),
    ),
    gauge("benchd_leases_held", "Leases that somebody has", held.size),
    gauge("benchd_prompts_open", "Questions that wait for somebody at the bench", asked.length),
    gauge("benchd_alarms_raised", "Alarms that are raised", watched.filter(({ raised }) => raised).length),
    gauges(
      "benchd_alarm_raised",
      "1 while an alarm is raised",
      watched.map(({ name, raised }) => ({ labels: { alarm: name }, value: Number(raised) })),
    ),
    gauge("benchd_runs_running", "Runs that have not ended, paused ones too", running.length),
    gauge("benchd_recordings_going", "Recordings that go on", recorded.length),
    gauge(
      "benchd_recordings_bytes",
      "Size of all recordings that are kept",
      kept.reduce((sum, { bytes }) => sum + bytes, 0),
    ),
  ];
}
