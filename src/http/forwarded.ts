import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { App } from "./view.ts";

/** What a proxy in front says of a client: heard from proxies that are listed, and from nobody else. */
const header = "x-forwarded-for";

/**
 * A listed proxy adds the address it was asked from at the end; what comes before that may be its client's invention.
 * Fastify reads from the end, up to the first who is no listed proxy. What is no address ends that, and is nobody's name.
 */
export function readForwarded(app: App): void {
  app.addHook("onRequest", ({ raw: { headers } }, _, done) => {
    const told = headers[header];
    if (told !== undefined) headers[header] = addressesAtEnd(String(told));
    done();
  });
}

function addressesAtEnd(told: string): string {
  const all = told.split(",").map((one) => one.trim());
  return all.slice(all.findLastIndex((one) => isIP(one) === 0) + 1).join(", ");
}

/** By which scheme the client has asked. */
export function schemeOf(request: FastifyRequest): "http" | "https" {
  const told: string | undefined = request.protocol;
  return told?.toLowerCase() === "https" ? "https" : "http";
}
