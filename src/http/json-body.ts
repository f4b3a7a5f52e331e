import type { FastifyRequest } from "fastify";
import { InputError } from "../errors.ts";
import { holdsSecret } from "../redact.ts";
import { refuse } from "./answer.ts";
import type { App } from "./view.ts";

/** Deeper than any instrument's input, and shallow enough for everything that walks values by recursion. */
const maxDepth = 64;

/**
 * Bodies are JSON or refused with 415: a page of another site can send text and forms without asking the browser, but
 * not JSON. An empty body is no body, whatever its content type says. What is answered before its body, as the emergency
 * stop is, is refused for none of this.
 */
export function acceptJsonOnly(app: App): void {
  app.removeAllContentTypeParsers();
  app.addHook("preParsing", (request, reply, payload, done) => {
    const detail = unreadable(request);
    if (detail === undefined) done(null, payload);
    else refuse(reply, 415, detail);
  });
  const read = jsonReader(app);
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = String(body);
    if (text === "") done(null, undefined);
    else read(request, text, done);
  });
}

/** What is made to hurt, or holds a token, is no JSON. */
function jsonReader(app: App) {
  const parse = app.getDefaultJsonParser("error", "error");
  return (request: FastifyRequest, text: string, done: (error: Error | null, value?: unknown) => void): void => {
    if (isDeeperThan(maxDepth, text)) done(notJson(`nested deeper than ${maxDepth}`, 0));
    else if (holdsSecret(text)) done(new InputError(noSecrets));
    else
      void parse(request, text, (error, value) => {
        if (error) done(explain(text));
        // What is spelt by escapes is seen only now.
        else if (text.includes("\\u") && holdsSecret(JSON.stringify(value))) done(new InputError(noSecrets));
        else done(null, value);
      });
  };
}

/** Whatever is in a body is kept, shown to others, or sent to a device. */
const noSecrets =
  "a token of this gateway stands in the body: it belongs in the header Authorization, and nowhere else";

function unreadable({ headers }: FastifyRequest): string | undefined {
  if (headers["content-encoding"] !== undefined) return "Send the body as it is, without a content encoding.";
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers["content-type"] ?? "")?.[1];
  const known = charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
  return known ? undefined : `Send the body in UTF-8: ${charset} is not read.`;
}

/** The default parser does not tell where it stumbled, so read it again. */
function explain(text: string): InputError {
  try {
    JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof SyntaxError ? cause.message : String(cause);
    const position = / at position (\d+)/.exec(message)?.[1];
    return notJson(message.slice(0, 200), position === undefined ? text.length : Number(position));
  }
  return notJson("a field may not be named __proto__ or constructor.prototype", 0);
}

function notJson(message: string, position: number): InputError {
  return new InputError(`the body is no JSON: ${message}`, [
    { path: "", keyword: "json", message, params: { position }, value: undefined },
  ]);
}

function isDeeperThan(limit: number, text: string): boolean {
  // So many brackets need so many characters: most bodies are done here.
  if (text.length <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === "\\") i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === "[" || c === "{") {
      if (++depth > limit) return true;
    } else if (c === "]" || c === "}") depth--;
  }
  return false;
}
