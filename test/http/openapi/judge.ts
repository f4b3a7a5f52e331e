import { Ajv2020 } from "ajv/dist/2020.js";
import { default as formats } from "ajv-formats";
import type { Document } from "../../../src/http/openapi/compose.ts";

import { valueAt } from "../../../src/schema.ts";

type Json = Record<string, unknown>;

/** Judges values by the schemas of a document; strictly: what no schema speaks of is a mistake. */
export function judge(document: Document): (pointer: string, value: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  formats.default(ajv);
  ajv.addSchema(closed(document) as Json, "document");
  return (pointer, value) => {
    const whole = isPlain(value) && isWhole(valueAt(document, decodeURIComponent(pointer)));
    const schema = { $ref: `document#${pointer}`, ...(whole && { unevaluatedProperties: false }) };
    const validate = ajv.compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

export const pointerTo = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

/** Made of other schemas; where there is none, anything goes. */
const isWhole = (schema: unknown) => isPlain(schema) && ("$ref" in (schema as Json) || "allOf" in (schema as Json));
const isPlain = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object that says nothing about further fields has none, but for the parts of a whole, which the whole closes. */
function closed(node: unknown, part = false): unknown {
  if (Array.isArray(node)) return node.map((one) => closed(one));
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === "allOf"
      ? (value as unknown[]).map((one) => closed(one, true))
      : closed(value, part || key === "Invocation"),
  ]);
  const copy: Json = Object.fromEntries(entries);
  const open = part || copy["type"] !== "object" || !isPlain(copy["properties"]) || "additionalProperties" in copy;
  return open ? copy : { ...copy, additionalProperties: false };
}
