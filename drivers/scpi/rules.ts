import { InputError, isSafePattern } from "benchd/driver";
import type { ActionSpec, Config, PropertySpec, ReadingSpec, ValueSpec } from "./config.ts";
import { placeholders } from "./template.ts";

interface Mistake {
  readonly path: string;
  readonly message: string;
  readonly value: unknown;
}

/** Refuse what no schema can: an `InputError` with the place of each mistake. */
export function check(config: Config): void {
  const found = [...mistakes(config)];
  if (found.length === 0) return;
  const issues = found.map((mistake) => ({ ...mistake, keyword: "rule", params: {} }));
  throw new InputError(found.map(({ path, message }) => `${path} ${message}`).join("; "), issues);
}

function* mistakes({ identify, properties, actions, safe }: Config): Iterable<Mistake> {
  const said = (path: string, message: string, value: unknown): Mistake => ({ path, message, value });
  if (identify !== undefined && !isPattern(identify)) yield said("/identify", "must be a regular expression", identify);
  else if (identify !== undefined && !isSafePattern(identify))
    yield said(
      "/identify",
      "may take for ever on some answers: repeat nothing that repeats itself, as (a+)+ does",
      identify,
    );
  for (const [name, property] of Object.entries(properties)) {
    const at = `/properties/${name}`;
    yield* nameMistakes(at, name);
    if (name in actions) yield said(at, "must not have the name of an action as well", name);
    yield* propertyMistakes(at, property, safe !== undefined);
  }
  for (const [name, action] of Object.entries(actions)) {
    yield* nameMistakes(`/actions/${name}`, name);
    yield* actionMistakes(`/actions/${name}`, action);
  }
}

/** A gateway publishes `stop` by itself, for a driver that can. */
function* nameMistakes(path: string, name: string): Iterable<Mistake> {
  if (!/^[a-zA-Z_]\w*$/.test(name))
    yield { path, message: "must be named with letters, digits and _, and no digit first", value: name };
  if (["stop", "reset", "ws", "lease", "quarantine"].includes(name))
    yield { path, message: "must have another name, the gateway itself answers at this one", value: name };
}

function* propertyMistakes(at: string, property: PropertySpec, hasSafe: boolean): Iterable<Mistake> {
  const { query, set, type, drives } = property;
  yield* questionMistakes(`${at}/query`, query);
  yield* readingMistakes(at, property);
  if (set !== undefined && type === "block")
    yield { path: `${at}/set`, message: "is not for blocks: they are only read", value: set };
  else if (set !== undefined && placeholders(set).join() !== "value")
    yield { path: `${at}/set`, message: "must have {value} once, where the value goes", value: set };
  if (drives && (set === undefined || !hasSafe))
    yield { path: `${at}/drives`, message: "needs set here, and safe commands that switch it off", value: drives };
}

function* actionMistakes(at: string, { command, input, query, output }: ActionSpec): Iterable<Mistake> {
  const used = placeholders(...[command].flat());
  for (const name of used)
    if (!(name in input)) yield { path: `${at}/command`, message: `has {${name}}, which is no input`, value: command };
  for (const [name, spec] of Object.entries(input)) {
    yield* nameMistakes(`${at}/input/${name}`, name);
    yield* valueMistakes(`${at}/input/${name}`, spec);
    if (!used.includes(name))
      yield { path: `${at}/input/${name}`, message: `must stand in command as {${name}}`, value: name };
  }
  if (query !== undefined) yield* questionMistakes(`${at}/query`, query);
  yield* readingMistakes(`${at}/output`, output);
}

/** Whoever waits for the answer to what is no question waits in vain, and the line is out of step. */
function* questionMistakes(path: string, query: string): Iterable<Mistake> {
  const questions = query.split(";").filter((part) => /^[^\s"']*\?/.test(part.trim()));
  if (questions.length !== 1)
    yield { path, message: "must be one question, with ? at the end of its header", value: query };
}

function* readingMistakes(at: string, spec: ReadingSpec): Iterable<Mistake> {
  const { type, format } = spec;
  if (type !== "block") yield* valueMistakes(at, { ...spec, type });
  if (type !== "block" && format !== "ascii")
    yield { path: `${at}/format`, message: "is for type: block only", value: format };
}

function* valueMistakes(at: string, { type, values, minimum, maximum }: ValueSpec): Iterable<Mistake> {
  if ((type === "enum") !== (values !== undefined))
    yield { path: `${at}/values`, message: "belong to type: enum, and it needs them", value: values };
  const limits = Object.entries({ minimum, maximum }).filter(([, limit]) => limit !== undefined);
  for (const [name, limit] of limits)
    if (type !== "number" && type !== "integer")
      yield { path: `${at}/${name}`, message: "is for numbers only", value: limit };
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    yield { path: `${at}/maximum`, message: `must be at least the minimum, ${minimum}`, value: maximum };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
