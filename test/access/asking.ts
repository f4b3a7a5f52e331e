import type { FastifyRequest } from "fastify";
import { type Grant, Principal } from "../../src/access/principal.ts";

/** Who asks is told by a header of the test's own: its value is a key of `grants`. */
export const whoHeader = "x-who";

/** Everybody is who he says he is. */
export function byHeader(grants: Readonly<Record<string, readonly Grant[]>>) {
  const known = new Map(
    Object.entries(grants).map(([name, held]) => [name, { name, key: `token:${name}`, grants: held }] as const),
  );
  return ({ headers, ip }: FastifyRequest): Principal | undefined => {
    const named = known.get(String(headers[whoHeader]));
    return named && new Principal({ ...named, from: ip });
  };
}

/** `/{thing}/{name}` with these names in their places. */
export const filled = (url: string, names: Readonly<Record<string, string>>): string =>
  url.replaceAll(/:(\w+)/g, (_, name: string) => names[name] ?? `:${name}`).replace("*", "index.css");
