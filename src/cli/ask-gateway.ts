import type { AskedGateway } from "./asked-gateway.ts";
import { NoGatewayError, RefusalError, UntrustedError } from "./gateway-errors.ts";
import { sendSecurely } from "./tls/send.ts";
import { UsageError } from "./usage.ts";

export interface Answer {
  readonly status: number;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
  /** As it came. */
  readonly text: string;
  readonly headers: Headers;
}

/** What a gateway is asked. */
export interface Question {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Left out where undefined. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether it changes something there; all but GET does unless told. */
  readonly changes?: boolean;
  readonly patienceMs: number;
}

/**
 * Ask a running gateway. Throws `NoGatewayError` when none answers in time, and `UntrustedError` when what answers does
 * not prove who it is.
 */
export async function askGateway(gateway: AskedGateway, question: Question): Promise<Answer> {
  const answer = await openAnswer(gateway, { ...question, signal: AbortSignal.timeout(question.patienceMs) });
  const text = await answer.text().catch((cause: unknown) => {
    throw noGateway(gateway, question, cause);
  });
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
}

/** As `askGateway`, for what is read while it comes: resolves when the answer begins; `signal` ends it. */
export async function openAnswer(
  gateway: AskedGateway,
  question: Omit<Question, "patienceMs"> & { readonly signal: AbortSignal },
): Promise<Response> {
  const { url, ca, token, stateDirectory } = gateway;
  const { method, path, query = {}, headers = {}, body, signal } = question;
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  const told = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const sent = body === undefined ? { headers: told } : { headers: { ...told, ...inJson }, body: JSON.stringify(body) };
  const known = { ca, ...(stateDirectory !== undefined && { stateDirectory }) };
  const answer =
    address.protocol === "https:"
      ? sendSecurely(address, { method, signal, ...sent }, known)
      : fetch(address, { redirect: "error", method, signal, ...sent });
  return answer.catch((cause: unknown) => {
    if (cause instanceof UntrustedError || cause instanceof UsageError) throw cause;
    throw noGateway(gateway, question, cause);
  });
}

function noGateway(
  { url, ofEnvironment }: AskedGateway,
  { method, changes = method !== "GET" }: Pick<Question, "method" | "changes">,
  cause: unknown,
): NoGatewayError {
  const unsent = nobodyThere.has(codeIn(cause) ?? "");
  const mayBeDone = !unsent && changes;
  const where = url === ofEnvironment ? `${url} (BENCHD_URL)` : url;
  const words = mayBeDone
    ? `the gateway at ${where} has not answered, and nobody knows whether it has done what it was asked for: look before you ask again`
    : `no gateway answers at ${where}: start it, or name another with --url`;
  return new NoGatewayError(words, { unsent, mayBeDone, cause });
}

const nobodyThere = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"]);

/** `fetch` hides it in a cause. */
function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : codeIn(error.cause);
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
export function refusal({ status, body }: Pick<Answer, "status" | "body">, gateway: AskedGateway): RefusalError {
  const { url } = gateway;
  if (status === 401) return new RefusalError(wantsToken(gateway), status);
  const { detail, type } = (body ?? {}) as { readonly detail?: unknown; readonly type?: unknown };
  return new RefusalError(
    wordsOf(detail) ?? `what answers at ${url} cannot do that (status ${status}): is it benchd?`,
    status,
    /^urn:benchd:error:(\w+)$/.exec(String(type))?.[1] ?? null,
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
