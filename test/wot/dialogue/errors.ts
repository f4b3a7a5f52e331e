import { formFor, type Td, thingFormFor } from "../td.ts";
import type { Described } from "./descriptions.ts";
import type { Exchange, Talk } from "./talk.ts";

/** A request that has to be refused, and with which status. */
export interface Refused {
  readonly why: string;
  readonly expected: number;
  readonly exchange: Exchange;
}

const missing = "http://form.is.missing/";
const json = { "content-type": "application/json" };
const nobody = "00000000-0000-4000-8000-000000000000";

/** Ask the counter for what it has to refuse, and every Thing for what it does not have. */
export async function talkOfErrors(talk: Talk, things: readonly Described[]): Promise<readonly Refused[]> {
  const found: Refused[] = [];
  const refused = async (why: string, expected: number, exchange: Promise<Exchange>) =>
    void found.push({ why, expected, exchange: await exchange });

  for (const { thing, td } of things) {
    // Where the Things are, below whatever prefix.
    const [above = ""] = (thingFormFor(td, { op: "queryallactions" }) ?? missing).split(thing);
    const at = (path: string) => above + path;
    await refused("a Thing that there is not", 404, talk.get("nobody", at("nobody"), "application/td+json"));
    await refused("a property that there is not", 404, talk.get(`${thing}.nothing`, at(`${thing}/properties/nothing`)));
    await refused("an action that there is not", 404, talk.invoke(thing, at(`${thing}/actions/nothing`), {}));
    await refused("an event that there is not", 404, talk.get(`${thing}.nothing`, at(`${thing}/events/nothing`)));
    for (const action of ["nothing", "stop", "noop"])
      await refused("a status that there is not", 404, talk.get(thing, at(`${thing}/actions/${action}/${nobody}`)));
  }
  const counter = things.find(({ thing }) => thing === "counter");
  if (counter) await talkOfCounter(talk, counter.td, refused);
  return found;
}

async function talkOfCounter(
  talk: Talk,
  td: Td,
  refused: (why: string, expected: number, exchange: Promise<Exchange>) => Promise<void>,
): Promise<void> {
  const property = (name: string, op = "writeproperty") => formFor(td, "properties", name, { op }) ?? missing;
  const action = (name: string) => formFor(td, "actions", name, { op: "invokeaction" }) ?? missing;
  const all = thingFormFor(td, { op: "writemultipleproperties" }) ?? missing;
  const counter = property("counter");
  const put = (url: string, body: string, headers: Readonly<Record<string, string>> = json) =>
    talk.send("counter", { method: "PUT", url, headers, body });
  const post = (url: string, body: string, headers: Readonly<Record<string, string>> = json) =>
    talk.send("counter", { method: "POST", url, headers, body });

  await refused("a value of another type", 400, put(counter, '"three"'));
  await refused("a value out of range", 400, put(counter, "-1"));
  await refused("a value that is no JSON", 400, put(counter, "{"));
  await refused("no value", 400, talk.send("counter", { method: "PUT", url: counter }));
  await refused("a property that cannot be read", 500, talk.get("counter.broken", property("broken", "readproperty")));
  await refused("a value that the device refuses", 500, put(property("func_rw"), "-1"));
  await refused("several values, one of another type", 400, put(all, '{"counter":1,"gain":"x"}'));
  await refused("several values, one of no property", 400, put(all, '{"counter":1,"nothing":2}'));
  await refused("several values that are no object", 400, put(all, "[1]"));
  await refused("an input of another type", 400, post(action("increment"), '{"by":"two"}'));
  await refused("an input that is no JSON", 400, post(action("increment"), "{"));
  await refused("an input with a field that there is not", 400, post(action("increment"), '{"bye":1}'));
  await refused("an input that is missing", 400, talk.invoke("counter", action("echo"), undefined));
  await refused("a page of another site", 403, put(counter, "1", { ...json, origin: "http://elsewhere.example" }));
  await refused("text", 415, put(counter, "1", { "content-type": "text/plain" }));
  const fixed = property("fixed", "readproperty");
  await refused("a value for what is read only", 405, put(fixed, '"changed"'));
}
