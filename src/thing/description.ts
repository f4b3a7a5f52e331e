import type {
  ActionAffordance,
  EventAffordance,
  OutputContract,
  PropertyAffordance,
  StreamAffordance,
  Table,
} from "./affordance.ts";
import { dataSchema } from "./data-schema.ts";
import type { AnyThing } from "./define.ts";
import type { Enforcer } from "./wiring.ts";

type Json = Readonly<Record<string, unknown>>;

/** A W3C Thing Description 1.1 without forms: what the Thing offers, but not yet how to reach it. */
export interface ThingDescription {
  readonly "@context": readonly unknown[];
  readonly title: string;
  readonly description?: string;
  readonly properties: Table<Json>;
  readonly "benchd:streams"?: Table<StreamAffordance>;
  readonly actions: Table<Json>;
  readonly events?: Table<Json>;
  readonly "benchd:outputs"?: Table<OutputContract & { readonly enforcedBy: Enforcer }>;
  readonly "benchd:unstoppableWhile"?: string;
}

/** The pair is valid for the W3C's 1.1 schema and for consumers that know only the 1.0 context. */
const context = [
  "https://www.w3.org/2019/wot/td/v1",
  "https://www.w3.org/2022/wot/td/v1.1",
  { "@language": "en", benchd: "urn:benchd:" },
] as const;

/**
 * What a Thing adds to its definition: the name people gave it, the actions that the gateway
 * publishes with it, and what its wiring does for its outputs.
 */
export interface Published {
  readonly title?: string;
  readonly actions?: Table<ActionAffordance>;
  /** Who sees to each output when the process is killed; nobody unless told. */
  readonly enforcedBy?: Table<Enforcer>;
}

/** The Thing Description of what `definition` offers. */
export function describeThing(definition: AnyThing, published: Published = {}): ThingDescription {
  const {
    title,
    description,
    properties = {},
    actions = {},
    events = {},
    streams = {},
    outputs,
    unstoppableWhile,
  } = definition;
  return {
    "@context": context,
    title: published.title ?? title,
    ...(description !== undefined && { description }),
    properties: mapTable(properties, describeProperty),
    ...(Object.keys(streams).length > 0 && { "benchd:streams": streams }),
    actions: mapTable(published.actions ?? actions, describeAction),
    ...(Object.keys(events).length > 0 && { events: mapTable(events, describeEvent) }),
    ...(outputs && {
      "benchd:outputs": mapTable(outputs, (output, name) => ({
        ...output,
        enforcedBy: published.enforcedBy?.[name] ?? "none",
      })),
    }),
    ...(unstoppableWhile !== undefined && { "benchd:unstoppableWhile": unstoppableWhile }),
  };
}

function describeProperty({
  title,
  description,
  schema,
  readOnly = false,
  observable = false,
}: PropertyAffordance): Json {
  return {
    ...dataSchema(schema),
    title,
    ...(description !== undefined && { description }),
    readOnly,
    writeOnly: false,
    observable,
  };
}

function describeAction(action: ActionAffordance, name: string): Json {
  const { title, description, input, output, idle, safe = false, idempotent = false, synchronous = false } = action;
  return {
    title,
    ...(description !== undefined && { description }),
    ...(input && { input: { title: `${name}_input`, ...dataSchema(input) } }),
    ...(output && { output: { title: `${name}_output`, ...dataSchema(output) } }),
    safe,
    idempotent,
    synchronous,
    ...(idle && { "benchd:idle": idle }),
  };
}

function describeEvent({ title, description, data }: EventAffordance): Json {
  return { title, ...(description !== undefined && { description }), data: dataSchema(data) };
}

function mapTable<A, B>(table: Table<A>, map: (entry: A, name: string) => B): Table<B> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, map(entry, name)]));
}
