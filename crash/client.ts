/** An answer; or `lost` when none came, as the process was killed. */
export type Reply = { readonly status: number; readonly body: unknown } | "lost";

export interface Request {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP request to benchd, which may be killed meanwhile. */
export async function ask(url: string, method: string, path: string, { body, headers }: Request = {}): Promise<Reply> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  } catch {
    return "lost";
  }
}
