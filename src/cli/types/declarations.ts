import { comment, harmless } from "./comment.ts";
import { isObject, key, margin, type Schema, schemaType } from "./schema-type.ts";

/**
 * The Things of these Thing Descriptions, by name, as types that `benchd/client` takes: always the same text for the same
 * descriptions.
 */
export function declarations(descriptions: Readonly<Record<string, unknown>>, from: string): string {
  const things = Object.entries(descriptions).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = typeNames(things.map(([name]) => name));
  const interfaces = things.map(([name, description]) => thingType(names.get(name) ?? "", description));
  const all = things.map(([name]) => `  readonly ${key(name)}: ${names.get(name)};\n`);
  const body = [`/** Every Thing, by its name. */\nexport interface Things {\n${all.join("")}}\n`, ...interfaces].join(
    "\n",
  );
  const blobs = /\bBlobLink\b/.test(body) ? 'import type { BlobLink } from "benchd/client";\n\n' : "";
  return `// What the gateway at ${harmless(from)} offers. Written by \`benchd types\`: write it anew rather than change it.\n\n${blobs}${body}`;
}

function thingType(name: string, description: unknown): string {
  const about = isObject(description) ? description : {};
  const properties = table(about["properties"], propertyType);
  const actions = table(about["actions"], actionType);
  return `${comment({ ...about, unit: undefined }, 0)}export interface ${name} {\n  readonly properties: ${properties};\n  readonly actions: ${actions};\n}\n`;
}

function table(entries: unknown, type: (entry: Schema) => string): string {
  const lines = Object.entries(isObject(entries) ? entries : {}).map(([name, entry]) => {
    const about = isObject(entry) ? entry : {};
    return `${comment(about, 2)}    readonly ${key(name)}: ${type(about)};\n`;
  });
  return lines.length === 0 ? "Record<never, never>" : `{\n${lines.join("")}  }`;
}

function propertyType(schema: Schema): string {
  const value = schemaType(schema, { isInput: false, indent: 2 });
  return `{ readonly value: ${value}${schema["readOnly"] === true ? "; readonly readOnly: true" : ""} }`;
}

function actionType({ input, output }: Schema): string {
  const told = output === undefined ? "null" : schemaType(output, { isInput: false, indent: 3 });
  if (input === undefined) return `{ readonly output: ${told} }`;
  const given = schemaType(input, { isInput: true, indent: 3 });
  return `{\n${margin(3)}readonly input: ${given};\n${margin(3)}readonly output: ${told};\n${margin(2)}}`;
}

/** What the text itself uses by these names. */
const taken = ["Things", "BlobLink", "Record"];

/** `syringe-pump` is `SyringePump`; each another one. */
function typeNames(names: readonly string[]): ReadonlyMap<string, string> {
  const used = new Set(taken);
  return new Map(
    names.map((name) => {
      const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
      const pascal = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
      const plain = /^[A-Z]/.test(pascal) ? pascal : `Thing${pascal}`;
      let type = plain;
      for (let n = 2; used.has(type); n++) type = `${plain}${n}`;
      used.add(type);
      return [name, type];
    }),
  );
}
