/** What a consumer looks at in a Thing Description; whatever else it says is left alone. */
export interface Td {
  readonly [key: string]: unknown;
  readonly "@context": unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly profile?: unknown;
  readonly base?: string;
  readonly forms?: readonly Form[];
  readonly properties?: Readonly<Record<string, Affordance>>;
  readonly actions?: Readonly<Record<string, Affordance>>;
  readonly events?: Readonly<Record<string, Affordance>>;
}

export interface Affordance {
  readonly [key: string]: unknown;
  readonly title?: unknown;
  readonly readOnly?: boolean;
  readonly observable?: boolean;
  readonly synchronous?: boolean;
  readonly input?: Schema;
  readonly output?: Schema;
  readonly data?: Schema;
  readonly forms: readonly Form[];
}

export type Schema = Readonly<Record<string, unknown>>;

export interface Form {
  readonly [key: string]: unknown;
  readonly href: string;
  readonly op?: string | readonly string[];
  readonly contentType?: string;
  readonly subprotocol?: string;
}

export type Kind = "properties" | "actions" | "events";
const kinds: readonly Kind[] = ["properties", "actions", "events"];

/** What a form is for where it does not say so: section 5.4 of the TD specification. */
function usualOps(kind: Kind, { readOnly = false }: Affordance): readonly string[] {
  if (kind === "actions") return ["invokeaction"];
  if (kind === "events") return ["subscribeevent", "unsubscribeevent"];
  return readOnly ? ["readproperty"] : ["readproperty", "writeproperty"];
}

interface Wanted {
  readonly op: string;
  readonly subprotocol?: string;
}

/** Where to send an operation on an affordance: its form, with the URL resolved, or undefined when there is none. */
export function formFor(td: Td, kind: Kind, name: string, wanted: Wanted): string | undefined {
  const affordance = td[kind]?.[name];
  if (!affordance) return undefined;
  const usual = usualOps(kind, affordance);
  return resolved(td, affordance.forms.find(fits(wanted, usual)));
}

/** Where to send an operation on the whole Thing. */
export const thingFormFor = (td: Td, wanted: Wanted): string | undefined =>
  resolved(td, td.forms?.find(fits(wanted, [])));

const fits =
  ({ op, subprotocol }: Wanted, usual: readonly string[]) =>
  (form: Form) =>
    [form.op ?? usual].flat().includes(op) && form.subprotocol === subprotocol;

/** Undefined as well when it leads nowhere that HTTP could go. */
function resolved({ base }: Td, form: Form | undefined): string | undefined {
  if (form === undefined || !URL.canParse(form.href, base)) return undefined;
  const { href, protocol } = new URL(form.href, base);
  return protocol === "http:" || protocol === "https:" ? href : undefined;
}

/** Every affordance of a Thing. */
export const affordancesOf = (td: Td) =>
  kinds.flatMap((kind) => Object.entries(td[kind] ?? {}).map(([name, affordance]) => ({ kind, name, affordance })));
