import { isAbsolute } from "node:path";
import { didYouMean } from "../../did-you-mean.ts";
import { BenchdError, InputError } from "../../errors.ts";
import { parseValue } from "../../gateway/config/edit.ts";
import { sort } from "../../gateway/config/judge.ts";
import { rehearse } from "../../gateway/config/rehearsal.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import { closed, validator } from "../../schema.ts";
import { fitted } from "../../thing/configured.ts";
import type { AnyThing } from "../../thing/define.ts";
import { type TSchema, Value } from "../../typebox.ts";
import type { Dialogue } from "./dialogue.ts";
import type { ChosenDriver } from "./driver.ts";

export interface ChosenSettings {
  /** As they are written. */
  readonly written: Readonly<Record<string, unknown>>;
  /** With defaults: as the driver gets them. */
  readonly filled: Readonly<Record<string, unknown>>;
  /** What the driver offers with them. */
  readonly definition: AnyThing;
}

/** What the driver wants to know: what it needs is asked for, the rest may be told. */
export async function askSettings(dialogue: Dialogue, { driver, definition }: ChosenDriver): Promise<ChosenSettings> {
  const schema = closed(definition.config);
  const fields = (schema as { readonly properties?: Readonly<Record<string, TSchema>> }).properties ?? {};
  const needed = neededIn(schema);
  if (Object.keys(fields).length > 0) dialogue.say("It takes these settings:");
  for (const [name, field] of Object.entries(fields))
    dialogue.say(`  ${described(name, field, needed.includes(name))}`);
  for (;;) {
    const written: Record<string, unknown> = {};
    for (const name of needed) {
      const field = fields[name] ?? {};
      written[name] = await dialogue.ask(`${name}${unitOf(field)}?`, { read: (text) => answered(name, field, text) });
    }
    if (needed.length < Object.keys(fields).length) await askRest(dialogue, fields, written);
    const filled = Value.Default(schema, structuredClone(written)) as Readonly<Record<string, unknown>>;
    try {
      const offered = fitted(definition, filled, driver);
      const refusal = isAbsolute(driver) ? undefined : (await rehearse(offered, filled)).refusal;
      if (refusal) throw refusal;
      return { written, filled, definition: offered };
    } catch (error) {
      if (!(error instanceof BenchdError)) throw error;
      dialogue.say(`  ${error.message}`);
    }
  }
}

/** `name: value`, as it will stand in the file, until nothing more comes. */
async function askRest(
  dialogue: Dialogue,
  fields: Readonly<Record<string, TSchema>>,
  written: Record<string, unknown>,
): Promise<void> {
  const read = (text: string) => {
    const [, name = "", value = ""] = /^([^:]+):(.*)$/.exec(text) ?? [];
    if (text === "") return false;
    if (name === "") throw new InputError("write it as name: value, or press Enter");
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) {
      const names = Object.keys(fields);
      throw new InputError(
        `there is no setting "${name}"${didYouMean(name, names) || `: known are ${names.join(", ")}`}`,
      );
    }
    written[name] = answered(name, field, value);
    return true;
  };
  while (await dialogue.ask("Any other setting, as name: value? (Enter: no)", { fallback: "", read }));
}

/** What an answer means in the file, if it fits; throws an `InputError`. */
function answered(name: string, field: TSchema, text: string): unknown {
  const value = parseValue(text);
  const [issue] = validator(field).issues(Value.Default(field, structuredClone(value)));
  if (!issue) return value;
  const place = [name, ...issue.path.split("/").slice(1)].join(".");
  throw new InputError(`${place} ${inPlainWords(issue)}, not ${sort(issue.value)}`);
}

function neededIn(schema: TSchema): readonly string[] {
  const given = Value.Default(schema, {}) as object;
  const { required = [] } = schema as { readonly required?: readonly string[] };
  return required.filter((name) => !Object.hasOwn(given, name));
}

interface Told {
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

const unitOf = (field: TSchema) => {
  const { unit } = field as Told;
  return unit === undefined ? "" : ` in ${unit}`;
};

function described(name: string, field: TSchema, needed: boolean): string {
  const told = field as Told;
  const words = told.enum ?? told.anyOf?.flatMap((one) => one.const ?? []);
  const parts = [
    told.title ?? told.description,
    words && words.length > 0 ? `one of ${words.join(", ")}` : undefined,
    told.unit && `in ${told.unit}`,
    told.minimum !== undefined && `at least ${told.minimum}`,
    told.exclusiveMinimum !== undefined && `more than ${told.exclusiveMinimum}`,
    told.maximum !== undefined && `at most ${told.maximum}`,
    told.exclusiveMaximum !== undefined && `less than ${told.exclusiveMaximum}`,
    told.default !== undefined ? `${JSON.stringify(told.default)} unless told` : needed ? "needed" : "may be left out",
  ];
  return `${name}: ${parts.filter(Boolean).join(", ")}`;
}
