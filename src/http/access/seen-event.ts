import type { BenchEvent, ConfigurationEvent, NumberedEvent } from "../../events/event.ts";
import type { RecordingEvent, RunEvent } from "../../events/of-experiment.ts";
import { seesPrompt } from "./seen-prompt.ts";
import { nameless, seenPosition } from "./seen-record.ts";
import { seesSchedule } from "./seen-schedule.ts";
import type { Sight } from "./sight.ts";

/**
 * An event as far as it exists for somebody; undefined where it does not. What stops the bench is told to everybody, and
 * of all else what has to do with a Thing that he may read.
 */
export function seenEvent(event: BenchEvent, sight: Sight): BenchEvent | undefined {
  if (sight.all) return event;
  if (event.kind === "emergencyStop") return { ...event, by: sight.text(event.by) };
  if (event.kind === "configuration") return ofConfiguration(event, sight);
  // What names a Thing that he may not read is none of his.
  if (event.kind === "run") return sight.seesAll(event.things) ? ofRun(event, sight) : undefined;
  if (event.kind === "recording") return sight.seesAll(event.things) ? ofRecording(event, sight) : undefined;
  if (event.kind === "schedule")
    return seesSchedule(sight, event) ? { ...event, reason: sight.text(event.reason) } : undefined;
  if (event.kind === "prompt" && !seesPrompt(sight, { ...event, thing: event.asker, invocation: event }))
    return undefined;
  if ("things" in event) {
    const things = event.things.filter((thing) => sight.sees(thing));
    if (things.length === 0) return undefined;
    if (event.kind === "lease")
      return { ...event, things, holder: sight.text(event.holder), note: sight.text(event.note) };
    if (event.kind === "prompt")
      return {
        ...{ ...event, things, title: sight.text(event.title), message: sight.text(event.message) },
        answeredBy: sight.text(event.answeredBy),
      };
    return { ...event, things, reason: sight.text(event.reason) };
  }
  return sight.sees(event.thing) ? ofThing(event, sight) : undefined;
}

const ofRun = (event: RunEvent, sight: Sight): RunEvent => ({
  ...event,
  title: sight.text(event.title),
  positions: event.positions.map((one) => seenPosition(one, sight)),
});

const ofRecording = (event: RecordingEvent, sight: Sight): RecordingEvent => ({
  ...event,
  name: sight.text(event.name),
  configured: sight.text(event.configured),
  reason: sight.text(event.reason),
});

/** A reload that has touched none of his Things is none of his business. */
function ofConfiguration(event: ConfigurationEvent, sight: Sight): ConfigurationEvent | undefined {
  const seen = (names: readonly string[]) => names.filter((name) => sight.sees(name));
  const [added, removed, changed] = [seen(event.added), seen(event.removed), seen(event.changed)];
  return someOf([...added, ...removed, ...changed], { kind: event.kind, added, removed, changed });
}

type OfThing = Extract<BenchEvent, { readonly thing: string }>;

function ofThing(event: OfThing, sight: Sight): BenchEvent | undefined {
  switch (event.kind) {
    case "thingState":
      return { ...event, reason: sight.text(event.reason) };
    case "invocation": {
      const { requestedBy, error } = event;
      const told = error && { ...error, message: sight.text(error.message) };
      return { ...event, requestedBy: sight.text(requestedBy), error: told };
    }
    case "steps": {
      const steps = event.steps.filter(({ thing }) => sight.sees(thing));
      return someOf(steps, { ...event, steps: steps.map((step) => ({ ...step, error: sight.text(step.error) })) });
    }
    case "log": {
      const lines = event.lines.filter(({ thing }) => sight.sees(thing));
      return someOf(lines, { ...event, lines: lines.map((line) => ({ ...line, message: sight.text(line.message) })) });
    }
    case "calibration":
      return { ...event, reason: sight.text(event.reason), by: sight.text(event.by) };
    case "delivery":
      return { ...event, delivery: event.delivery.map((total) => nameless(total, sight)) };
    default:
      return event;
  }
}

const someOf = <E extends BenchEvent>(left: readonly unknown[], event: E): E | undefined =>
  left.length > 0 ? event : undefined;

/** Its JSON, which everybody who may read everything shares. */
export function seenJson({ number, at, event, json }: NumberedEvent, sight: Sight): string {
  if (sight.all) return json;
  return JSON.stringify({ number, at: new Date(at).toISOString(), ...seenEvent(event, sight) });
}
