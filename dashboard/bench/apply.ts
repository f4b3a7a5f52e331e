import type { BenchEvent } from "../../src/client/events.ts";
import type { Bench } from "./bench.ts";
import { InvocationState } from "./invocation-state.ts";
import type { EmergencyStop, Prompt } from "./shapes.ts";

type EventOf<K extends BenchEvent["kind"]> = Extract<BenchEvent, { readonly kind: K }>;

/** Of those that have ended so many are kept. */
const maxEnded = 300;

/** Changes what is known of the bench by what an event tells. Kinds that nobody here knows are left out. */
export function apply(bench: Bench, event: BenchEvent): void {
  switch (event.kind) {
    case "property": {
      const { thing, name, value, at } = event;
      const reading = { value, at: Date.parse(at), ...(event.omitted && { omitted: true }) };
      bench.things.peek().get(thing)?.tell(name, reading);
      return;
    }
    case "thingState": {
      const thing = bench.things.peek().get(event.thing);
      if (!thing) return;
      thing.state.value = event.state;
      thing.reason.value = event.reason;
      if (event.state !== "ready") thing.forgetReadings();
      return;
    }
    case "invocation":
      invocation(bench, event);
      return;
    case "progress":
      withInvocation(bench, event.id, (one) => {
        one.progress.value = event.progress;
      });
      return;
    case "steps":
      withInvocation(bench, event.id, (one) => one.stepped(event.steps));
      return;
    case "log":
      withInvocation(bench, event.id, (one) => one.append(event.lines));
      return;
    case "delivery":
      withInvocation(bench, event.id, (one) => {
        one.delivery.value = event.delivery;
      });
      return;
    case "emergencyStop":
      bench.emergencyStop.value = { stopped: event.stopped, at: event.stopped ? event.at : null, by: event.by };
      if (event.stopped) whenPressed(bench);
      return;
    case "interlock": {
      const { name, things, tripped, condition, reason } = event;
      bench.interlocks.value = new Map(bench.interlocks.peek()).set(name, {
        ...bench.interlocks.peek().get(name),
        ...{ things, tripped, condition, reason },
      });
      return;
    }
    case "lease":
      lease(bench, event);
      return;
    case "prompt":
      prompt(bench, event);
      return;
    case "alarm":
      bench.alarms.value = new Map(bench.alarms.peek()).set(event.name, {
        ...{ raised: event.raised, since: event.raised ? event.at : null, reason: event.reason },
      });
      return;
  }
}

function withInvocation(bench: Bench, id: string, change: (one: InvocationState) => void): void {
  const known = bench.invocations.peek().get(id);
  if (known) change(known);
}

function invocation(bench: Bench, event: EventOf<"invocation">): void {
  const at = Date.parse(event.at);
  const known = bench.invocations.peek().get(event.id);
  if (known) {
    known.apply(event, at);
    return;
  }
  const all = new Map(bench.invocations.peek()).set(event.id, new InvocationState(event, at));
  let tooMany = [...all.values()].filter(({ ended }) => ended).length - maxEnded;
  for (const [id, { ended }] of all) {
    if (tooMany <= 0) break;
    if (!ended) continue;
    all.delete(id);
    tooMany--;
  }
  bench.invocations.value = all;
}

function lease(bench: Bench, { what, leaseNumber, things, holder, note, until }: EventOf<"lease">): void {
  const others = bench.leases.peek().filter((one) => one.leaseNumber !== leaseNumber);
  const held = what === "taken" || what === "renewed";
  bench.leases.value = held ? [...others, { leaseNumber, things, holder, note, until }] : others;
  if (what === "released") bench.ownLeases.drop(leaseNumber);
  else if (!held) bench.ownLeases.lose(leaseNumber);
}

/** The event is of a moment later: who clears the stop names the very one that he has seen. */
function whenPressed(bench: Bench): void {
  void bench.connection
    .get("/emergency_stop")
    .then((told) => {
      if (bench.emergencyStop.peek().stopped) bench.emergencyStop.value = told as EmergencyStop;
    })
    // The connection is lost: then it is read with all else.
    .catch(() => {});
}

/** An event tells less of a prompt than there is to know: it is read. */
function prompt(bench: Bench, { prompt: id, state }: EventOf<"prompt">): void {
  bench.prompts.value = bench.prompts.peek().filter((one) => one.id !== id);
  if (state !== "open") return;
  void bench.connection
    .get(`/gateway/prompts/${encodeURIComponent(id)}`)
    .then((told) => {
      const read = told as Prompt;
      if (read.state === "open") bench.prompts.value = [...bench.prompts.peek().filter((one) => one.id !== id), read];
    })
    // It is over by now, or the connection is: then it is read with all others.
    .catch(() => {});
}
