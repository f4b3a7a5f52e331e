import { UsageError } from "../usage.ts";
import type { InvocationClient } from "./invocation-client.ts";

const whole = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const part = /^[\da-f-]{4,35}$/i;

/** It may be an id, or how one begins. */
export const isId = (text: string): boolean => whole.test(text) || part.test(text);

/** The id that begins like that. Throws `UsageError` where there is none, or several do. */
export async function wholeId(client: InvocationClient, text: string): Promise<string> {
  if (whole.test(text)) return text;
  const { url } = client.bench.gateway;
  if (!part.test(text)) throw new UsageError(`"${text}" is no id of an invocation: benchd invocations tells them`);
  const all = await client.list({ limit: "1000" });
  const found = all.filter(({ id }) => id.startsWith(text.toLowerCase()));
  const [only, other] = found;
  if (only === undefined) throw new UsageError(`the gateway at ${url} has no invocation that begins with "${text}"`);
  if (other !== undefined) throw new UsageError(`several invocations begin with "${text}": give more of its id`);
  return only.id;
}
