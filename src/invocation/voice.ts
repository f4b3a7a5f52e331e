import type { AmbientInvocation } from "../context.ts";
import type { Frame } from "./frame.ts";
import type { Host } from "./host.ts";
import type { Invocation } from "./invocation.ts";

/** What the code below a call may tell and ask of its invocation. */
export const voiceOf = (frame: Frame, record: Invocation, host: Host): AmbientInvocation => ({
  id: record.id,
  thing: record.thing,
  action: record.action,
  report: (progress) => {
    if (frame.step) frame.step.report(progress);
    else record.report(progress);
  },
  deliver: (delivery) => record.deliver(frame, frame.thing, delivery),
  acknowledgeCancel: () => {
    const { root } = frame;
    // An action declines for itself: what goes through many was to end as a whole.
    if (root.owner.standsFor) return false;
    if (root.cause?.reason !== "client" || root.further || root.fenced) return false;
    host.acknowledged(root);
    return true;
  },
  blob: (source, options) => host.blobs.make(source, options, record),
  ask: (question) => host.prompts.ask(question, frame),
  calibrate: (result) => host.calibrations.calibrated(result, frame),
  background: (work) => frame.background(work),
  detached: (title, work) => host.detached(frame, title, work),
  keep: (excerpt) => record.keep(excerpt),
  brokeIn: () => record.brokeIn(),
  queued: () => record.trace.begin("wire"),
  dequeued: () => record.trace.over("wire"),
});
