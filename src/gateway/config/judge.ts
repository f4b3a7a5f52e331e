import { didYouMean } from "../../did-you-mean.ts";
import type { Issue } from "../../errors.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import { redact } from "../../redact.ts";
import { validator } from "../../schema.ts";
import type { Static, TObject, TSchema } from "../../typebox.ts";
import type { ConfigFile, Path } from "./file.ts";
import { mayBeSecret } from "./not-shown.ts";

/**
 * The fields that fit, each judged by itself; what does not fit is noted as a mistake. One wrong field leaves the others
 * to be checked further.
 */
export function soundFields<S extends TObject>(
  source: ConfigFile,
  schema: S,
  value: unknown,
  path: Path,
): Partial<Static<S>> {
  if (!isRecord(value)) {
    source.mistake(path, `must hold settings (${Object.keys(schema.properties).join(", ")}), not ${sort(value)}`);
    return {};
  }
  const known: Readonly<Record<string, TSchema>> = schema.properties;
  for (const name of Object.keys(value)) if (!Object.hasOwn(known, name)) unknownKey(source, [...path, name], known);
  for (const name of schema.required ?? []) if (!Object.hasOwn(value, name)) missingKey(source, [...path, name], known);
  const sound: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(known))
    if (Object.hasOwn(value, name) && fits(source, field, value[name], [...path, name])) sound[name] = value[name];
  return sound as Partial<Static<S>>;
}

/** Whether `value` fits; what does not is noted as mistakes. */
export function fits<S extends TSchema>(source: ConfigFile, schema: S, value: unknown, path: Path): value is Static<S> {
  const issues = validator(schema).issues(value);
  for (const issue of issues) note(source, schema, issue, path);
  return issues.length === 0;
}

/** Note what a schema, ours or a driver's, has found wrong. */
export function note(source: ConfigFile, schema: TSchema, issue: Issue, base: Path): void {
  const { path, params, value } = issue;
  const parts = path.split("/").slice(1).map(unescaped);
  const at = [...base, ...parts];
  const around = schemaAt(schema, parts.slice(0, -1))?.["properties"] as Readonly<Record<string, TSchema>> | undefined;
  if (issue.keyword === "additionalProperties") unknownKey(source, at, around ?? {});
  else if (issue.keyword === "required") missingKey(source, at, around ?? {});
  else {
    const { expects, description } = schemaAt(schema, parts) ?? {};
    const wanted = typeof expects === "string" ? expects : description;
    const spelled = issue.keyword === "pattern" && wanted;
    const rule = spelled ? `must be ${wanted}` : inPlainWords(issue);
    const aside = wanted && !spelled ? ` (expected: ${wanted})` : "";
    // Whoever has a bench reloaded, or reads its log, is told of mistakes, and may not read the file.
    const told = ofDriver(at).some(mayBeSecret) ? "what stands there" : sort(value);
    source.mistake(at, `${settingName(at)} ${rule}, not ${told}${quoted(params, value)}${aside}`);
  }
}

/** The part of a way that a driver has named. */
const ofDriver = ([section, , key, ...names]: Path) => (section === "things" && key === "config" ? names : []);

/** The last name on the path; for one of a list, the list's. */
const settingName = (path: Path) => `"${path.findLast((part) => !/^\d+$/.test(part)) ?? ""}"`;

function unknownKey(source: ConfigFile, path: Path, known: Readonly<Record<string, TSchema>>): void {
  const name = path.at(-1) ?? "";
  const names = Object.keys(known);
  const all = names.length > 0 ? `: known are ${names.join(", ")}` : ": nothing can be set here";
  source.mistake(path, `there is no setting "${name}"${didYouMean(name, names) || all}`, "key");
}

function missingKey(source: ConfigFile, path: Path, known: Readonly<Record<string, TSchema>>): void {
  const name = path.at(-1) ?? "";
  const field = known[name] as { readonly expects?: string; readonly description?: string } | undefined;
  const wanted = field?.expects ?? field?.description;
  source.mistake(path, `"${name}" is missing: add it${wanted ? ` (${wanted})` : ""}`);
}

/** `port: "5000"` looks right to the eye: say that the quotes are what is wrong. */
function quoted(params: Issue["params"], value: unknown): string {
  const wanted = "type" in params && (params["type"] === "number" || params["type"] === "integer");
  return wanted && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
    ? ": take the quotes away"
    : "";
}

function schemaAt(schema: TSchema, parts: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  let at: unknown = schema;
  for (const part of parts) {
    if (!isRecord(at)) return undefined;
    const properties = at["properties"];
    const named = isRecord(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined;
    // Below a table, whatever its names, each entry has the same schema.
    const [anyName] = isRecord(at["patternProperties"]) ? Object.values(at["patternProperties"]) : [];
    at = named ?? at["items"] ?? anyName;
  }
  return isRecord(at) ? at : undefined;
}

/** A value as its writer sees it, but for a password in an address. */
export function sort(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a group of settings";
  if (typeof value !== "string") return String(value);
  const text = redact(value);
  return text.length > 60 ? `the text "${text.slice(0, 60)}…"` : `the text "${text}"`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const unescaped = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");
