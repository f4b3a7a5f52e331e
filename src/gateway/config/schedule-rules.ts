import { isAbsolute } from "node:path";
import { didYouMean } from "../../did-you-mean.ts";
import { BenchdError } from "../../errors.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import type { Job } from "../../experiment/schedule/schedule-config.ts";
import { readFileJob } from "../../experiment/schedule/starter.ts";
import { closed, validator } from "../../schema.ts";
import type { ActionAffordance } from "../../thing/affordance.ts";
import type { AnyThing } from "../../thing/define.ts";
import { Value } from "../../typebox.ts";
import { noThing } from "./alarm-rules.ts";
import type { Config } from "./config.ts";
import type { ConfigFile } from "./file.ts";
import { note } from "./judge.ts";

type Definitions = ReadonlyMap<string, AnyThing>;
type Action = Extract<Job, { readonly kind: "action" }>;

/** Hold what is to begin by itself against what the Things of the configuration offer. */
export async function checkSchedules(source: ConfigFile, config: Config, definitions: Definitions): Promise<void> {
  for (const { name, job } of config.schedules ?? []) {
    const path = ["schedules", name];
    if (job.kind === "action") checkAction(source, path, job, config, definitions);
    // Whether a stored one is there is known when it is served.
    else if (isAbsolute(job.procedure)) await checkFile(source, [...path, "procedure"], job, definitions, config);
  }
}

async function checkFile(
  source: ConfigFile,
  path: readonly string[],
  { procedure: file, parameters }: Extract<Job, { readonly kind: "procedure" }>,
  definitions: Definitions,
  { things }: Config,
): Promise<void> {
  try {
    const { procedure } = await readFileJob(file, parameters);
    // What a Thing offers whose driver cannot be used is not known: it has its own mistake.
    if (definitions.size < things.size) return;
    const bench = new Map([...definitions].map(([name, definition]) => [name, { definition }] as const));
    for (const { at, step, message } of checkProcedure(procedure, bench))
      source.mistake(path, [at, step, message].filter((part) => part !== "").join(": "));
  } catch (error) {
    if (!(error instanceof BenchdError)) throw error;
    source.mistake(path, error.message.replaceAll("\n", "\n  "));
  }
}

function checkAction(
  source: ConfigFile,
  path: readonly string[],
  { thing, action, input }: Action,
  { things }: Config,
  definitions: Definitions,
): void {
  if (!things.has(thing)) return void source.mistake([...path, "invoke"], noThing(thing, things));
  // A Thing whose driver cannot be used has its own mistake.
  const definition = definitions.get(thing);
  if (!definition) return;
  const actions: Readonly<Record<string, ActionAffordance>> = definition.actions ?? {};
  const affordance = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!affordance) {
    // Which drivers have one is known when they are open.
    if (action === "stop") return;
    const all = Object.keys(actions);
    const hint = didYouMean(action, all) || (all.length > 0 ? `: it has ${all.join(", ")}` : ": it has none");
    return void source.mistake([...path, "invoke"], `${thing} has no action "${action}"${hint}`);
  }
  if (!affordance.input) {
    if (input !== undefined && input !== null)
      source.mistake([...path, "input"], `${thing}.${action} takes no input: leave it out`, "key");
    return;
  }
  const schema = closed(affordance.input);
  const filled = Value.Default(schema, structuredClone(input ?? {}));
  for (const issue of validator(schema).issues(filled)) note(source, schema, issue, [...path, "input"]);
}
