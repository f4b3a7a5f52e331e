import type { Step } from "./procedure.ts";
import { readAsk } from "./read-ask.ts";
import { readCondition, readDuration } from "./read-condition.ts";
import { readParallel, readRepeat, readTry } from "./read-nested.ts";
import { readRecord, readStopRecording } from "./read-record.ts";
import { readTarget } from "./read-target.ts";
import { readGiven } from "./reading.ts";
import { readAs, type StepReading } from "./step-reading.ts";

/** By what it does. Each notes what is wrong, and gives nothing then. */
export const stepKinds: Readonly<Record<string, (reading: StepReading) => Step | undefined>> = {
  invoke: readInvoke,
  set: readSet,
  wait: readWait,
  waitUntil: readWaitUntil,
  record: readRecord,
  stopRecording: readStopRecording,
  ask: readAsk,
  repeat: readRepeat,
  parallel: readParallel,
  try: readTry,
};

export const quotedKinds = Object.keys(stepKinds).join(", ");

function readInvoke({ entry, fields, scope, standing, outputs }: StepReading): Step | undefined {
  fields.only(["invoke", "input", "as", "timeout"]);
  const target = readTarget(entry.value, scope, "pump.dispense");
  const given = fields.get("input");
  const input = given && readGiven(given.value, scope);
  const timeout = fields.get("timeout");
  const timeoutMs = timeout && readDuration(timeout.value, scope, "timeout");
  const as = readAs(fields, scope, outputs);
  if (!target) return undefined;
  const { thing, name: action } = target;
  const parts = { ...input?.parts, ...target.parts };
  return { kind: "invoke", ...standing, parts, thing, action, input: input?.value, as, timeoutMs };
}

function readSet({ entry, fields, scope, standing }: StepReading): Step | undefined {
  fields.only(["set", "to"]);
  const target = readTarget(entry.value, scope, "heater.setpoint");
  const to = fields.need("to", "to: 37");
  const given = to && readGiven(to.value, scope);
  if (!target || !given) return undefined;
  const parts = { ...given.parts, ...target.parts };
  return { kind: "set", ...standing, parts, thing: target.thing, property: target.name, to: given.value };
}

function readWait({ entry, fields, scope, standing }: StepReading): Step | undefined {
  fields.only(["wait"]);
  const forMs = readDuration(entry.value, scope, "wait");
  return forMs === undefined ? undefined : { kind: "wait", ...standing, forMs };
}

function readWaitUntil({ entry, fields, scope, standing }: StepReading): Step | undefined {
  fields.only(["waitUntil", "timeout"]);
  const read = readCondition(entry.value, scope);
  const timeout = fields.need("timeout", "timeout: 10 min, as nothing waits for ever");
  const timeoutMs = timeout && readDuration(timeout.value, scope, "timeout");
  if (!read || timeoutMs === undefined) return undefined;
  return { kind: "waitUntil", ...standing, ...read, timeoutMs };
}
