import { formFor, type Td } from "../td.ts";
import { jsonOf } from "../wire.ts";
import type { Exchange, Talk } from "./talk.ts";

export interface Described {
  /** Its name on the bench. */
  readonly thing: string;
  readonly td: Td;
  readonly exchange: Exchange;
}

/** Find all Things from the well-known address alone: it describes the directory, which lists and retrieves them. */
export async function talkOfDescriptions(talk: Talk): Promise<readonly Described[]> {
  const known = await talk.get("the directory", `${talk.wire.origin}/.well-known/wot`, "application/td+json");
  const directory = jsonOf(known.answer) as Td;
  const list = formFor(directory, "properties", "things", { op: "readproperty" });
  const one = formFor(directory, "actions", "retrieveThing", { op: "invokeaction" });
  if (list === undefined || one === undefined) return [];
  const listed = await talk.get("the directory", expanded(list, {}), "application/ld+json");
  const found: Described[] = [];
  for (const { id } of jsonOf(listed.answer) as readonly { readonly id: string }[]) {
    const exchange = await talk.get(id, expanded(one, { id }), "application/td+json");
    const td = (jsonOf(exchange.answer) ?? {}) as Td;
    found.push({ thing: nameOf(exchange), td, exchange });
  }
  return found.sort((a, b) => (a.thing < b.thing ? -1 : 1));
}

/** What the templates of the directory need of RFC 6570; what has no value is left out. */
function expanded(template: string, values: Readonly<Record<string, string>>): string {
  const readable = template.replaceAll("%7B", "{").replaceAll("%7D", "}");
  return readable.replaceAll(/\{(\w+)\}|\{\?[\w,]+\}/g, (_, name = "") => encodeURIComponent(values[name] ?? ""));
}

/** On the bench a Thing goes by the name in its paths. */
const nameOf = ({ answer }: Exchange): string => /\/things\/([^/"]+)/.exec(answer.body)?.[1] ?? "";
