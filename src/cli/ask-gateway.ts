import { NotReadyError } from "../errors.ts";
import { UsageError } from "./usage.ts";

/** Where a gateway is, unless `--url` says otherwise. */
export const usualUrl = "http://127.0.0.1:5000";
/** What a command that is told to somebody needs besides, to ask the same gateway. */
export const urlArgument = (url: string): string => (url === usualUrl ? "" : ` --url ${url}`);

export interface Answer {
  readonly status: number;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
}

interface Question {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Left out where undefined. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly patienceMs: number;
}

/** Ask a running gateway. Throws `UsageError` for what is no address, `NotReadyError` when none answers in time. */
export async function askGateway(url: string, question: Question): Promise<Answer> {
  const { method, path, query = {}, headers = {}, body, patienceMs } = question;
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    throw new UsageError(`--url takes the address of a gateway, such as ${usualUrl}, not "${url}"`);
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  const signal = AbortSignal.timeout(patienceMs);
  const sent = body === undefined ? { headers } : { headers: { ...headers, ...inJson }, body: JSON.stringify(body) };
  const answer = await fetch(address, { method, signal, redirect: "error", ...sent }).catch((cause: unknown) => {
    throw new NotReadyError(`no gateway answers at ${url}: start it, or name another with --url`, { cause });
  });
  return { status: answer.status, body: await answer.json().catch(() => undefined) };
}

const inJson = { "content-type": "application/json" };

/** What it says no with, in words. */
export function refusal({ status, body }: Answer, url: string): NotReadyError {
  const detail = (body as { readonly detail?: unknown } | undefined)?.detail;
  return new NotReadyError(
    typeof detail === "string" ? detail : `what answers at ${url} cannot do that (status ${status}): is it benchd?`,
  );
}
