import { maxEveryMs, minEveryMs } from "../recordings/request.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import type { Part, RecordStep, Step } from "./procedure.ts";
import { readDuration } from "./read-condition.ts";
import { readTarget } from "./read-target.ts";
import type { Scope } from "./reading.ts";
import type { StepReading } from "./step-reading.ts";
import { type Entry, told } from "./tree.ts";

const maxProperties = 100;
const recordingName = /^[A-Za-z0-9][\w-]{0,63}$/;
const example = "record: { name: titration, properties: [ph.ph], every: 2 s }";

export function readRecord({ entry, fields, scope, standing }: StepReading): Step | undefined {
  fields.only(["record"]);
  const inner = fieldsOf(entry.value, scope, "a record step", example);
  if (!inner) return undefined;
  inner.only(["name", "properties", "every", "onChange", "everyMs"]);
  const name = readName(inner.need("name", "name: titration"), inner);
  const what = readProperties(inner.need("properties", "properties: [ph.ph]"), inner, scope);
  const when = readWhen(inner, scope, entry);
  if (name === undefined || !what || !when) return undefined;
  return { kind: "record", ...standing, ...what, name, everyMs: when.everyMs };
}

export function readStopRecording({ entry, fields, standing }: StepReading): Step | undefined {
  fields.only(["stopRecording"]);
  const name = readName(entry, fields);
  return name === undefined ? undefined : { kind: "stopRecording", ...standing, name };
}

function readName(entry: Entry | undefined, fields: Fields): string | undefined {
  const name = fields.text(entry, "the name of a recording", 64);
  if (name === undefined || recordingName.test(name)) return name;
  fields.note(
    entry?.value.offset ?? 0,
    "the name of a recording has letters, digits, - and _: it is the name of a file",
  );
  return undefined;
}

function readProperties(
  entry: Entry | undefined,
  fields: Fields,
  scope: Scope,
): Pick<RecordStep, "properties" | "parts"> | undefined {
  if (!entry) return undefined;
  const { value: tree } = entry;
  if (tree.sort !== "list" || tree.items.length === 0) {
    fields.note(tree.offset, `properties is a list, as in  properties: [ph.ph, balance.mass], not ${told(tree)}`);
    return undefined;
  }
  if (tree.items.length > maxProperties) {
    fields.note(tree.offset, `a recording has ${maxProperties} properties at most: begin another`);
    return undefined;
  }
  const parts: Record<string, Part> = {};
  const properties = tree.items.flatMap((one) => {
    const target = readTarget(one, scope, "ph.ph");
    if (!target) return [];
    const { thing, name: property } = target;
    const name = `${thing}.${property}`;
    if (Object.hasOwn(parts, name)) fields.note(one.offset, `${name} is there already: leave it out`);
    parts[name] = { place: scope.document.mistakes.place(one.offset) };
    return [{ thing, property }];
  });
  return { properties, parts };
}

function readWhen(
  fields: Fields,
  scope: Scope,
  { offset }: Entry,
): { readonly everyMs: number | undefined } | undefined {
  const inMs = fields.get("everyMs");
  if (inMs) {
    fields.note(inMs.offset, "a recording has no everyMs in a document: say every, with a unit, as in  every: 2 s");
    return undefined;
  }
  const every = fields.get("every");
  const onChange = fields.get("onChange");
  if ((every === undefined) === (onChange === undefined)) {
    fields.note(offset, "a recording says when it takes a sample: every: 2 s, or onChange: true");
    return undefined;
  }
  if (every) {
    const everyMs = readDuration(every.value, scope, "every");
    if (everyMs === undefined || (everyMs >= minEveryMs && everyMs <= maxEveryMs)) return { everyMs };
    fields.note(every.value.offset, `a recording takes a sample every ${minEveryMs} ms to 24 h`);
    return undefined;
  }
  const flag = onChange?.value;
  if (flag?.sort === "leaf" && flag.value === true) return { everyMs: undefined };
  fields.note(onChange?.offset ?? offset, "onChange is true, or left out for  every: 2 s");
  return undefined;
}
