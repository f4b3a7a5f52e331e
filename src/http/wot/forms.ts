type Json = Readonly<Record<string, unknown>>;
type Method = "GET" | "PUT" | "POST" | "DELETE";

const json = "application/json";

const form = (href: string, method: Method, ...op: readonly string[]) => ({
  href,
  op,
  contentType: json,
  "htv:methodName": method,
});

export const propertyForms = (href: string, { readOnly }: Json): readonly Json[] => [
  form(href, "GET", "readproperty"),
  ...(readOnly ? [] : [form(href, "PUT", "writeproperty")]),
];

/** What is synchronous is over when it is answered: there is nothing to query or to cancel. */
export function actionForms(href: string, { synchronous }: Json): Json {
  const invoke = form(href, "POST", "invokeaction");
  if (synchronous) return { forms: [invoke] };
  return {
    uriVariables: {
      id: { title: "The last part of the Location that an invocation was answered with", type: "string" },
    },
    forms: [invoke, form(`${href}/{id}`, "GET", "queryaction"), form(`${href}/{id}`, "DELETE", "cancelaction")],
  };
}

/** What is asked of a Thing as a whole. */
export function thingForms(path: string, properties: Json): readonly Json[] {
  const all = Object.values(properties) as readonly Json[];
  return [
    ...(all.length > 0 ? [form(`${path}/properties`, "GET", "readallproperties")] : []),
    ...(all.some(({ readOnly }) => !readOnly) ? [form(`${path}/properties`, "PUT", "writemultipleproperties")] : []),
    form(`${path}/actions`, "GET", "queryallactions"),
  ];
}
