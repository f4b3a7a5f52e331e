import type { InterlockConfig } from "./config.ts";
import type { ConfigFile } from "./file.ts";
import { fits, soundFields } from "./judge.ts";
import { interlockSchema, outputListSchema, outputNameSchema, outputTableSchema } from "./schema.ts";

type Output = InterlockConfig["outputs"][number];

/** One entry below `interlocks:`; undefined when nobody can tell what it watches, or for what. */
export function readInterlock(source: ConfigFile, name: string, content: unknown): InterlockConfig | undefined {
  const path = ["interlocks", name];
  const {
    thing,
    property,
    equals,
    outputs,
    on,
    pollMs = 200,
    maxAgeMs,
  } = soundFields(source, interlockSchema, content, path);
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name))
    source.mistake(path, `"${name}" cannot be the name of an interlock: small letters, digits and _`, "key");
  if (maxAgeMs !== undefined && maxAgeMs <= pollMs)
    source.mistake(
      [...path, "maxAgeMs"],
      `it is read every ${pollMs} ms, so each reading would be too old: allow more`,
    );
  const named = source.has([...path, "outputs"]) ? readOutputs(source, [...path, "outputs"], outputs) : [];
  if (thing === undefined || property === undefined || !source.has([...path, "equals"])) return undefined;
  return {
    name,
    thing,
    property,
    equals,
    outputs: named,
    on: on ?? "abort",
    pollMs,
    maxAgeMs: maxAgeMs ?? Math.max(2000, 5 * pollMs),
  };
}

/** A list of outputs that are to go safe, or a table of those that are to have other values. */
function readOutputs(source: ConfigFile, path: readonly string[], outputs: unknown): readonly Output[] {
  if (Array.isArray(outputs)) {
    if (!fits(source, outputListSchema, outputs, path)) return [];
    return outputs.map((name) => output(name, undefined));
  }
  if (!fits(source, outputTableSchema, outputs, path)) return [];
  return Object.entries(outputs).flatMap(([name, value]) =>
    fits(source, outputNameSchema, name, [...path, name]) ? [output(name, value)] : [],
  );
}

function output(name: string, value: boolean | number | undefined): Output {
  const [thing = "", one = ""] = name.split(".");
  return { thing, output: one, value };
}
