import { holdsBlobs, isBlobSchema } from "../blob-schema.ts";
import { didYouMean } from "../did-you-mean.ts";
import { costProblems } from "../schema-cost.ts";
import { Compile, type TSchema } from "../typebox.ts";
import type { ActionAffordance, OutputContract, PropertyAffordance, Table } from "./affordance.ts";
import type { AnyThing } from "./define.ts";
import { contradictions } from "./output-policies.ts";
import { unitProblem } from "./ucum/parse.ts";
import { suggestedUnit } from "./ucum/suggest.ts";
import { unitsIn } from "./ucum/units-in.ts";

/** What a gateway publishes beside a Thing's own affordances, at the same addresses. */
const reservedAffordances: ReadonlySet<string> = new Set(["ws", "lease", "quarantine", "reset"]);
/** A request for a synchronous action waits for its end, and no longer than clients do. */
const maxSynchronousMs = 30_000;
const affordanceName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What a definition of the right shape still says wrong. */
export function* ruleProblems(definition: AnyThing): Iterable<string> {
  const { config, uses = {}, outputs = {}, properties = {}, actions = {}, events = {}, streams = {} } = definition;
  yield* configProblems(config);
  for (const [sort, table] of Object.entries({
    property: properties,
    action: actions,
    event: events,
    stream: streams,
  })) {
    for (const name of Object.keys(table)) {
      yield* nameProblems(sort, name);
      if (reservedAffordances.has(name))
        yield `${sort} ${name}: the gateway itself answers at this name: choose another`;
    }
  }
  for (const name of [...Object.keys(outputs), ...Object.keys(uses)]) yield* nameProblems("output or slot", name);
  for (const [name, used] of Object.entries(uses))
    if (typeof used !== "object" || used === null || !("open" in used))
      yield `slot ${name}: must hold the definition of a Thing`;
  for (const [name, property] of Object.entries<PropertyAffordance>(properties)) {
    if (Object.hasOwn(actions, name)) yield `property ${name}: an action has the same name, and so the same address`;
    yield* propertyProblems(name, property, outputs);
  }
  for (const name of Object.keys(streams))
    if (Object.hasOwn(properties, name) || Object.hasOwn(actions, name))
      yield `stream ${name}: a property or an action has the same name, and so the same address`;
  for (const [name, action] of Object.entries<ActionAffordance>(actions)) {
    yield* actionProblems(name, action, uses);
    yield* idleProblems(name, action, outputs, uses);
  }
  for (const [name, event] of Object.entries<{ readonly data: TSchema }>(events))
    yield* plainProblems(`event ${name}: data`, event.data);
  for (const [name, output] of Object.entries<OutputContract>(outputs)) yield* outputProblems(name, output);
}

function* nameProblems(sort: string, name: string): Iterable<string> {
  if (!affordanceName.test(name)) yield `${sort} ${name}: a name has letters, digits and _, and begins with no digit`;
}

function* configProblems(config: TSchema): Iterable<string> {
  yield* plainProblems("config", config);
  if (!takesObject(config)) yield "config: must be a Type.Object({ … }), if need be an empty one";
}

function* propertyProblems(
  name: string,
  { schema, persist, readOnly, drives, observable, pollMs, observeMs }: PropertyAffordance,
  outputs: Table<OutputContract>,
): Iterable<string> {
  yield* plainProblems(`property ${name}: schema`, schema);
  if (drives !== undefined && !Object.hasOwn(outputs, drives))
    yield `property ${name}: drives ${drives}, which is none of the outputs (${list(outputs)})${didYouMean(drives, Object.keys(outputs))}`;
  if (drives !== undefined && persist)
    yield `property ${name}: what drives an output is never persist: a restart must not switch ${drives} on`;
  if (readOnly && persist) yield `property ${name}: what is readOnly cannot be restored: leave out persist`;
  if (observeMs !== undefined && !observable)
    yield `property ${name}: observeMs is for what is observable: say that too, or leave it out`;
  if (observeMs !== undefined && pollMs !== undefined)
    yield `property ${name}: what is read each pollMs is not read again for those who observe it: leave out observeMs`;
}

function* actionProblems(name: string, action: ActionAffordance, uses: Table<AnyThing>): Iterable<string> {
  const { input, output, reserves = [], urgent, lane, whenBusy, restartWithinMs } = action;
  const { synchronous, timeoutMs = Number.POSITIVE_INFINITY } = action;
  if (name === "stop") yield "action stop: the gateway publishes it: return a `stop` hook from open instead";
  if (input) {
    yield* schemaProblems(`action ${name}: input`, input);
    if (!takesObject(input) || isBlobSchema(input))
      yield `action ${name}: input must be an object schema: wrap the value, Type.Object({ … })`;
  }
  if (output) yield* schemaProblems(`action ${name}: output`, output);
  for (const slot of reserves)
    if (!Object.hasOwn(uses, slot))
      yield `action ${name}: reserves ${slot}, which is none of the slots (${list(uses)})${didYouMean(slot, Object.keys(uses))}`;
  const outside = urgent ? "urgent" : lane === false ? "lane: false" : undefined;
  if (outside && (reserves.length > 0 || whenBusy))
    yield `action ${name}: ${outside} passes by all lanes: leave out reserves and whenBusy`;
  if (synchronous && timeoutMs > maxSynchronousMs)
    yield `action ${name}: whoever invokes what is synchronous waits for its end: say timeoutMs, ${maxSynchronousMs} at most`;
  if (synchronous && restartWithinMs !== undefined)
    yield `action ${name}: nobody waits over a restart for what is synchronous: leave out restartWithinMs`;
  const waitsNot = outside ?? (whenBusy === "reject" ? "whenBusy: reject" : undefined);
  if (waitsNot && restartWithinMs !== undefined)
    yield `action ${name}: ${waitsNot} never waits its turn: leave out restartWithinMs, which is for what waits`;
}

/** Where an action wants outputs while it asks somebody. */
function* idleProblems(
  name: string,
  { idle = {}, reserves = [] }: ActionAffordance,
  outputs: Table<OutputContract>,
  uses: Table<AnyThing>,
): Iterable<string> {
  const own = Object.entries(outputs);
  const ofSlots = reserves.flatMap((slot) =>
    Object.entries<OutputContract>(uses[slot]?.outputs ?? {}).map(([one, it]) => [`${slot}.${one}`, it] as const),
  );
  const known = Object.fromEntries([...own, ...ofSlots]);
  for (const [output, level] of Object.entries(idle)) {
    const contract = Object.hasOwn(known, output) ? known[output] : undefined;
    if (!contract)
      yield `action ${name}: idle names ${output}, which is none of the outputs that it holds (${list(known)})${didYouMean(output, Object.keys(known))}`;
    else if (level !== "keep" && typeof level !== typeof contract.safe)
      yield `action ${name}: idle of ${output} is ${level}, and its safe value ${contract.safe}: make both levels, or both numbers`;
  }
}

function* outputProblems(name: string, contract: OutputContract): Iterable<string> {
  const { safe, emergency } = contract;
  if (emergency !== undefined && emergency !== "keep" && typeof emergency !== typeof safe)
    yield `output ${name}: safe is ${safe} and emergency ${emergency}: make both levels, or both numbers`;
  for (const { message } of contradictions(contract)) yield `output ${name}: ${message}`;
}

/** What is told and written as JSON alone. */
function* plainProblems(what: string, schema: TSchema): Iterable<string> {
  yield* schemaProblems(what, schema);
  if (holdsBlobs(schema)) yield `${what}: only the input and the output of an action hold blobs`;
}

function* schemaProblems(what: string, schema: TSchema): Iterable<string> {
  const costly = [...costProblems(schema)];
  for (const { at, message } of costly) yield `${what}${at}: ${message}`;
  // What costs time when it is judged does so when it is compiled.
  if (costly.length > 0) return;
  try {
    Compile(schema);
  } catch (cause) {
    yield `${what} is no schema: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
  for (const { at, unit } of unitsIn(schema)) {
    const where = `${what}${at}`;
    if (typeof unit !== "string") yield `${where}: a unit is text in UCUM, such as "mL/min"`;
    else yield* unitProblems(where, unit);
  }
}

function* unitProblems(where: string, unit: string): Iterable<string> {
  const problem = unitProblem(unit);
  if (!problem) return;
  const meant = suggestedUnit(unit);
  yield `${where}: the unit "${unit}" is not in UCUM: ${problem.message}${meant === undefined ? "" : `; write "${meant}"`}`;
}

/** A body in JSON is made of named fields; so is a configuration. */
function takesObject(schema: TSchema): boolean {
  const { type, anyOf, allOf } = schema as { type?: unknown; anyOf?: readonly TSchema[]; allOf?: readonly TSchema[] };
  return type === "object" || (anyOf?.every(takesObject) ?? allOf?.some(takesObject) ?? false);
}

const list = (table: object) => Object.keys(table).join(", ") || "there are none";
