import { NotReadyError } from "../errors.ts";
import type { AskedGateway } from "./asked-gateway.ts";
import { sendSecurely, UntrustedError } from "./tls/send.ts";
import { UsageError } from "./usage.ts";

export interface Answer {
  readonly status: number;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
  /** As it came. */
  readonly text: string;
}

interface Question {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Left out where undefined. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly patienceMs: number;
}

/**
 * Ask a running gateway. Throws `NotReadyError` when none answers in time, and `UntrustedError`, which is one, when what
 * answers does not prove who it is.
 */
export async function askGateway(
  { url, ca, token, stateDirectory }: AskedGateway,
  question: Question,
): Promise<Answer> {
  const { method, path, query = {}, headers = {}, body, patienceMs } = question;
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  const signal = AbortSignal.timeout(patienceMs);
  const known = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const sent =
    body === undefined ? { headers: known } : { headers: { ...known, ...inJson }, body: JSON.stringify(body) };
  const send = address.protocol === "https:" ? sendSecurely : sendPlainly;
  const answer = await send(
    address,
    { method, signal, ...sent },
    { ca, ...(stateDirectory !== undefined && { stateDirectory }) },
  ).catch((cause: unknown) => {
    if (cause instanceof UntrustedError || cause instanceof UsageError) throw cause;
    throw new NotReadyError(`no gateway answers at ${url}: start it, or name another with --url`, { cause });
  });
  return { ...answer, body: parsed(answer.text) };
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
export function refusal({ status, body }: Pick<Answer, "status" | "body">, gateway: AskedGateway): NotReadyError {
  const { url } = gateway;
  if (status === 401) return new NotReadyError(wantsToken(gateway));
  const detail = (body as { readonly detail?: unknown } | undefined)?.detail;
  return new NotReadyError(
    wordsOf(detail) ?? `what answers at ${url} cannot do that (status ${status}): is it benchd?`,
  );
}

function wantsToken({ url, tokenFrom }: AskedGateway): string {
  if (tokenFrom !== undefined)
    return `the gateway at ${url} does not take the token of ${tokenFrom}: it has ended, or is another gateway's`;
  return [
    `the gateway at ${url} answers only who has a token: put yours into a file that only you can read, and name it with`,
    "  --token-file FILE; on its own machine, sudo will do, or --token-file of the file local-token in its stateDirectory",
  ].join("\n");
}

/** A reason in words, or one for each field that does not fit. */
function wordsOf(detail: unknown): string | undefined {
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail) || detail.length === 0) return undefined;
  const wrong = detail as readonly { readonly loc?: readonly unknown[]; readonly msg?: unknown }[];
  return wrong.map(({ loc = [], msg }) => [...loc.slice(1), msg].join(": ")).join("; ");
}
