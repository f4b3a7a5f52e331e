import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { App } from "../view.ts";
import type { OpenApi } from "./openapi.ts";

const at = "/docs";

/** Nothing is loaded from elsewhere, nothing is evaluated. The pictures in its style sheet are part of it. */
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

/** The pages come from a library, whose routes say nothing about themselves: to be told before they are judged. */
export function describeDocs(app: App): void {
  app.addHook("onRoute", (route: RouteOptions) => {
    if (route.url !== at && !route.url.startsWith(`${at}/`)) return;
    route.config = { ...route.config, scope: "read", over: "visible" };
    route.schema = { ...route.schema, summary: "This interface, to read and to try out" };
  });
}

/** `/docs`: the document as a page, which works without any other network. */
export async function docs(app: App, documents: OpenApi): Promise<void> {
  // The library would make it YAML anew for each request, which takes the event loop from everybody: JSON is YAML.
  const asYaml = async (request: FastifyRequest, reply: FastifyReply) =>
    reply.type("application/yaml").serializer(String).send(documents.for(request.sight).text);
  app.addHook("onRoute", (route: RouteOptions) => {
    if (route.url === `${at}/yaml`) route.handler = asYaml;
  });
  // The page wants it, but has its document from us: the routes alone do not know the Things.
  await app.register(swagger, { mode: "static", specification: { document: { openapi: "3.1.0" } as never } });
  await app.register(swaggerUi, {
    routePrefix: at,
    staticCSP: policy,
    theme: { title: "benchd" },
    // The layout has no place for one; else it would be read from the disk.
    logo: { type: "image/svg+xml", content: "" },
    uiConfig: {
      layout: "BaseLayout",
      docExpansion: "none",
      filter: true,
      showExtensions: true,
      tryItOutEnabled: false,
    },
    transformSpecificationClone: false,
    transformSpecification: (_, request) => JSON.parse(documents.for(request.sight).text),
  });
}
