import type { ExpectStatic } from "vitest";
import type { Running } from "./installed.ts";

/** What the tests look at of an answer. */
interface Answer {
  readonly id: string;
  readonly status: string;
  readonly error: { readonly type: string } | null;
  readonly log: readonly { readonly message: string }[];
  readonly delivery: readonly { readonly confirmed: number }[];
  readonly probes: {
    readonly journal: { readonly ok: boolean; readonly why: string | null };
    readonly "event loop": { readonly lagMs: number };
  };
}

/** Asks a gateway that runs in a process of its own. */
export function client(url: string) {
  const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method, ...sent, headers: { ...type, ...headers } });
    return { status: answer.status, body: (await answer.json()) as Answer };
  };
  const journal = async () => (await ask("GET", "/health")).body.probes.journal;
  return { ask, journal };
}

export async function ends({ child, ended }: Running): Promise<number | null> {
  child.kill("SIGTERM");
  return ended;
}

/** It is refused for the disk, by a problem with the keys of RFC 9457. */
export const refused = (expect: ExpectStatic) => ({
  status: 507,
  body: expect.objectContaining({ type: "urn:benchd:error:BENCHD_STORAGE", status: 507, detail: expect.any(String) }),
});
