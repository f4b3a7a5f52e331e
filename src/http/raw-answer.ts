import { STATUS_CODES } from "node:http";
import { securityHeaders } from "./security.ts";

type Headers = Readonly<Record<string, string | number>>;

/** A refusal where there is no reply to make it of, and its headers: as every other one looks in the LabThings view. */
export function rawRefusal(detail: string): { readonly headers: Headers; readonly body: string } {
  const body = JSON.stringify({ detail });
  const length = Buffer.byteLength(body);
  return { headers: { ...securityHeaders, "content-type": "application/json", "content-length": length }, body };
}

/** The same as bytes, where there is nothing but a connection; it ends with it. */
export function rawAnswer(status: number, detail: string, more: Headers = {}): string {
  const { headers, body } = rawRefusal(detail);
  const lines = Object.entries({ ...headers, ...more, connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", body].join("\r\n");
}
