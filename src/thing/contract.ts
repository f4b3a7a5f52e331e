import { holdsBlobs } from "../blob-schema.ts";
import { InputError, type Issue, NotFoundError, OutputError } from "../errors.ts";
import type { Blobs } from "../invocation/blobs.ts";
import { assertLight } from "../invocation/weigh.ts";
import { closed, type Validator, validator } from "../schema.ts";
import { Type } from "../typebox.ts";
import type { ActionAffordance, PropertyAffordance, Table } from "./affordance.ts";
import { asClientsTell, assertMade, withBlobs } from "./blobs.ts";
import type { AnyThing } from "./define.ts";

const noInput = validator(closed(Type.Object({})));

/** Of what may not be written; more would only repeat themselves. */
const maxTold = 20;

/** What a definition promises and demands, compiled: judges everything that goes in and comes out of a Thing. */
export class Contract {
  readonly properties: Table<PropertyAffordance>;
  readonly actions: Table<ActionAffordance>;
  readonly #inputs = new Map<string, Validator>();
  readonly #values = new Map<string, Validator>();
  /** Actions whose input, and whose output, may hold blobs. */
  readonly #givenBlobs = new Set<string>();
  readonly #makingBlobs = new Set<string>();

  constructor({ properties = {}, actions = {} }: AnyThing) {
    this.properties = properties;
    this.actions = actions;
    for (const [name, { input, output }] of Object.entries<ActionAffordance>(actions)) {
      if (input) this.#inputs.set(name, validator(closed(input)));
      if (holdsBlobs(input)) this.#givenBlobs.add(name);
      if (holdsBlobs(output)) this.#makingBlobs.add(name);
    }
    for (const [name, { schema }] of Object.entries<PropertyAffordance>(properties)) {
      this.#values.set(name, validator(closed(schema)));
    }
  }

  property(name: string): PropertyAffordance {
    return known(this.properties, name, "property");
  }

  action(name: string): ActionAffordance {
    return known(this.actions, name, "action");
  }

  /** The input as the handler gets it: checked, defaults filled in. An action without input takes nothing or `{}`. */
  input(action: string, sent: unknown): unknown {
    const given = this.#givenBlobs.has(action) ? asClientsTell(sent) : sent;
    const wanted = this.#inputs.get(action);
    const what = `the input of ${action}`;
    if (!wanted) return given === undefined || given === null ? null : noInput.parse(given, what);
    if (given !== undefined) return wanted.parse(given, what);
    // Nothing was sent: good enough where every field has a default.
    try {
      return wanted.parse({}, what);
    } catch (cause) {
      const issue = { path: "", keyword: "required", message: "is required", params: {}, value: undefined };
      throw new InputError(`${what} is missing`, [issue], { cause });
    }
  }

  /** A checked input as the handler gets it, and which blobs are in it. Throws `InputError` for one that is not there. */
  filled(action: string, checked: unknown, blobs: Blobs): { readonly input: unknown; readonly ids: readonly string[] } {
    const schema = this.#givenBlobs.has(action) ? this.action(action).input : undefined;
    return schema ? withBlobs(schema, checked, blobs) : { input: checked, ids: [] };
  }

  value(property: string, given: unknown): unknown {
    const wanted = this.#values.get(property);
    if (given !== undefined) return wanted?.parse(given, `the value of ${property}`);
    const issue = { path: "", keyword: "required", message: "is required", params: {}, value: undefined };
    throw new InputError(`the value of ${property} is missing`, [issue]);
  }

  /** Throws one `InputError` that tells every one of these that cannot be written: unknown, read-only, or a value that does not fit. */
  assertWritable(values: Table<unknown>): void {
    const issues: Issue[] = [];
    for (const [name, value] of Object.entries(values)) {
      issues.push(...this.#unwritable(name, value));
      if (issues.length >= maxTold) break;
    }
    if (issues.length === 0) return;
    const list = issues.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new InputError(`nothing was written: ${list}`, issues);
  }

  #unwritable(name: string, value: unknown): readonly Issue[] {
    const property = Object.hasOwn(this.properties, name) ? this.properties[name] : undefined;
    const base = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const whole = (keyword: string, message: string) => [{ path: base, keyword, message, params: {}, value }];
    if (!property) return whole("additionalProperties", "is no property");
    if (property.readOnly) return whole("readOnly", "is read-only");
    try {
      this.value(name, value);
      return [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.issues.map((issue) => ({ ...issue, path: `${base}${issue.path}` }));
    }
  }

  /** Whether a value that was stored still fits. */
  accepts(property: string, value: unknown): boolean {
    return this.#values.get(property)?.issues(value).length === 0;
  }

  checkReading(property: string, value: unknown): void {
    const what = `the reading of ${property}`;
    assertLight(value, what);
    check(this.property(property).schema, value, what);
  }

  checkOutput(action: string, output: unknown): void {
    const { output: schema } = this.action(action);
    if (!schema) return;
    const what = `the output of ${action}`;
    const making = this.#makingBlobs.has(action);
    check(schema, making ? asClientsTell(output) : output, what);
    if (making) assertMade(schema, output, what);
  }
}

function known<Entry>(table: Table<Entry>, name: string, sort: string): Entry {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!entry) throw new NotFoundError(`there is no ${sort} ${name}`);
  return entry;
}

function check(schema: PropertyAffordance["schema"], value: unknown, what: string): void {
  const [issue] = validator(schema).issues(value);
  if (issue) throw new OutputError(`${what} does not fit its schema: ${issue.path || "the value"} ${issue.message}`);
}
