import { check, type Verdicts } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import { formFor, thingFormFor } from "../td.ts";
import { jsonOf } from "../wire.ts";
import { misfit, notEmpty, notJson } from "./facts.ts";

/** The counter has one whose driver cannot read it, to see what an error looks like. */
const isBroken = ({ thing, name }: { readonly thing: string; readonly name: string }) =>
  thing === "counter" && name === "broken";

const readable = ({ properties }: Findings) => properties.filter((property) => !isBroken(property));
const writable = (findings: Findings) => readable(findings).filter(({ affordance }) => !affordance.readOnly);
/** All or nothing: the counter, with its broken property, answers by an error. */
const withProperties = ({ together }: Findings) =>
  together.filter(
    ({ thing, td }) =>
      Object.keys(td.properties ?? {}).some((name) => !isBroken({ thing, name })) && thing !== "counter",
  );
const withWritable = ({ together }: Findings) =>
  together.filter(({ td }) => Object.values(td.properties ?? {}).some(({ readOnly }) => !readOnly));

const asked = "The run is the consumer: ";
const found = `${asked}it looks for such a form in the Thing Description, and finds one`;
const used = `${asked}it takes the URL, against \`base\` where it is relative, and is answered there`;
const sent = `${asked}it sends this request, nothing else, and it is understood`;

export const properties: Verdicts = {
  "http-basic-profile-protocol-binding-readproperty-1": check(
    `${found} for each property`,
    ({ properties }) => properties,
    ({ td, name }) => !formFor(td, "properties", name, { op: "readproperty" }) && "no form for readproperty",
  ),
  "http-basic-profile-protocol-binding-readproperty-3": check(
    used,
    readable,
    ({ read }) => !isFine(read?.answer.status) && "not answered there",
  ),
  "http-basic-profile-protocol-binding-readproperty-4": check(
    sent,
    readable,
    ({ read }) => !isFine(read?.answer.status) && `answered by ${read?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-readproperty-6": check(
    "Each property is read: 200, `application/json`, and a value that fits its schema",
    readable,
    ({ read, affordance }) => notJson(read, 200) ?? misfit(affordance, read && jsonOf(read.answer)),
  ),
  "http-basic-profile-protocol-binding-writeproperty-1": check(
    `${found} for each property that is not read-only, and none for the others`,
    ({ properties }) => properties,
    ({ td, name, affordance }) =>
      (formFor(td, "properties", name, { op: "writeproperty" }) === undefined) !== (affordance.readOnly === true) &&
      "the forms and readOnly contradict each other",
  ),
  "http-basic-profile-protocol-binding-writeproperty-3": check(
    used,
    writable,
    ({ written }) => !isFine(written?.answer.status) && "not answered there",
  ),
  "http-basic-profile-protocol-binding-writeproperty-4": check(
    sent,
    writable,
    ({ written }) => !isFine(written?.answer.status) && `answered by ${written?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-writeproperty-6": check(
    "Each property that can be written is written, with the value that it has: 204, and no body",
    writable,
    ({ written }) => notEmpty(written, 204),
  ),
  "http-basic-profile-protocol-binding-readallproperties-1": check(
    `${found} for each Thing that has properties`,
    withProperties,
    ({ td }) => !thingFormFor(td, { op: "readallproperties" }) && "no form for readallproperties",
  ),
  "http-basic-profile-protocol-binding-readallproperties-3": check(
    used,
    withProperties,
    ({ read }) => !isFine(read?.answer.status) && "not answered there",
  ),
  "http-basic-profile-protocol-binding-readallproperties-4": check(
    sent,
    withProperties,
    ({ read }) => !isFine(read?.answer.status) && `answered by ${read?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-readallproperties-5": check(
    "Each Thing is asked for all: 200, `application/json`, an object with a value for each property that can be read, which fits its schema",
    withProperties,
    ({ thing, td, read }) => notJson(read, 200) ?? notAll(thing, td.properties ?? {}, read && jsonOf(read.answer)),
  ),
  "http-basic-profile-protocol-binding-writemultipleproperties-1": check(
    `${found} for each Thing with more than read-only properties`,
    withWritable,
    ({ td }) => !thingFormFor(td, { op: "writemultipleproperties" }) && "no form for writemultipleproperties",
  ),
  "http-basic-profile-protocol-bindings-writemultipleproperties-3": check(
    used,
    withWritable,
    ({ written }) => !isFine(written?.answer.status) && "not answered there",
  ),
  "http-basic-profile-protocol-binding-writemultipleproperties-4": check(
    sent,
    withWritable,
    ({ written }) => !isFine(written?.answer.status) && `answered by ${written?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-writemultipleproperties-6": check(
    "All properties of a Thing that can be written are written at once: 204, and no body",
    withWritable,
    ({ written }) => notEmpty(written, 204),
  ),
};

const isFine = (status = 0) => status >= 200 && status < 300;

function notAll(thing: string, properties: Readonly<Record<string, object>>, values: unknown): string | undefined {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return "no object";
  const all = values as Readonly<Record<string, unknown>>;
  for (const [name, schema] of Object.entries(properties)) {
    if (isBroken({ thing, name })) continue;
    if (!Object.hasOwn(all, name)) return `without ${name}`;
    const found = misfit({ ...schema }, all[name]);
    if (found) return `${name}: ${found}`;
  }
  const others = Object.keys(all).filter((name) => !Object.hasOwn(properties, name));
  return others.length > 0 ? `with ${others}, which is no property` : undefined;
}
