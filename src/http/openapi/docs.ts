import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import { namesTag } from "../blobs/range.ts";
import type { App } from "../view.ts";
import { at, initializer, page } from "./docs-page.ts";
import type { OpenApi } from "./openapi.ts";

/** Nothing is loaded from elsewhere, nothing is evaluated. The pictures in its style sheet are part of it. */
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

/** Those files of Swagger UI that the page loads, and what they are. */
const files = [
  ...["swagger-ui-bundle.js", "swagger-ui.css", "index.css"],
  ...["favicon-32x32.png", "favicon-16x16.png"],
] as const;
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".png": "image/png",
};

const config = { scope: "read", over: "visible" } as const;
const schema = { summary: "This interface, to read and to try out" };

/** `/docs`: the document as a page, which works without any other network. Read from the disk by whoever asks for it. */
export function docs(app: App, documents: OpenApi): void {
  const serve = (path: string, answer: (request: FastifyRequest, reply: FastifyReply) => unknown) =>
    app.get(`${at}${path}`, { config, schema }, async (request, reply) =>
      answer(request, reply.header("content-security-policy", policy)),
    );
  for (const [path, base] of [
    ["", at],
    ["/", "."],
  ] as const)
    serve(path, (_, reply) => reply.type("text/html; charset=utf-8").send(page(base)));
  serve("/static/swagger-initializer.js", (_, reply) => reply.type(types[".js"] ?? "").send(initializer));
  for (const file of files) serve(`/static/${file}`, (request, reply) => sendFile(file, request, reply));
  serve("/json", (request, reply) => send(reply, "application/json", documents.for(request.sight).text));
  // JSON is YAML: to make any other of it would take the event loop from everybody.
  serve("/yaml", (request, reply) => send(reply, "application/yaml", documents.for(request.sight).text));
}

const send = (reply: FastifyReply, type: string, text: string) => reply.type(type).serializer(String).send(text);

async function sendFile(name: string, request: FastifyRequest, reply: FastifyReply) {
  const bytes = await readFile(join(folder(), name));
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  reply
    .header("etag", etag)
    .header("cache-control", "no-cache")
    .type(types[extname(name)] ?? "");
  return namesTag(request.headers["if-none-match"], etag) ? reply.code(304).send() : reply.send(bytes);
}

/** Of the package that brings Swagger UI: nothing of it is run here. */
const folder = () =>
  join(dirname(createRequire(import.meta.url).resolve("@fastify/swagger-ui/package.json")), "static");
