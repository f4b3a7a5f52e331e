import { NotReadyError } from "../errors.ts";
import { sendSecurely, UntrustedError } from "./tls/send.ts";
import { UsageError } from "./usage.ts";

/** Where a gateway is, unless `--url` says otherwise. */
export const usualUrl = "http://127.0.0.1:5000";
/** What a command that is told to somebody needs besides, to ask the same gateway. */
export const urlArgument = (url: string, ca?: string): string =>
  `${url === usualUrl ? "" : ` --url ${url}`}${ca === undefined ? "" : ` --ca ${ca}`}`;
/** Of every command that asks one. */
export const caHelp = "--ca FILE       whom to trust, in PEM, where its certificate vouches for itself";

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
  /** A file in PEM: by whom a gateway at https:// is known; by those that Node trusts unless told. */
  readonly ca?: string | undefined;
}

/**
 * Ask a running gateway. Throws `UsageError` for what is no address, `NotReadyError` when none answers in time, and
 * `UntrustedError`, which is one, when what answers does not prove who it is.
 */
export async function askGateway(url: string, question: Question): Promise<Answer> {
  const { method, path, query = {}, headers = {}, body, patienceMs, ca } = question;
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    throw new UsageError(`--url takes the address of a gateway, such as ${usualUrl}, not "${url}"`);
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  const signal = AbortSignal.timeout(patienceMs);
  const sent = body === undefined ? { headers } : { headers: { ...headers, ...inJson }, body: JSON.stringify(body) };
  const send = address.protocol === "https:" ? sendSecurely : sendPlainly;
  const answer = await send(address, { method, signal, ...sent }, { ca }).catch((cause: unknown) => {
    if (cause instanceof UntrustedError || cause instanceof UsageError) throw cause;
    throw new NotReadyError(`no gateway answers at ${url}: start it, or name another with --url`, { cause });
  });
  return { status: answer.status, body: parsed(answer.text) };
}

async function sendPlainly(
  address: URL,
  sent: RequestInit,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(address, { redirect: "error", ...sent });
  return { status: answer.status, text: await answer.text() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const inJson = { "content-type": "application/json" };

/** What it says no with, in words. */
export function refusal({ status, body }: Answer, url: string): NotReadyError {
  const detail = (body as { readonly detail?: unknown } | undefined)?.detail;
  return new NotReadyError(
    typeof detail === "string" ? detail : `what answers at ${url} cannot do that (status ${status}): is it benchd?`,
  );
}
