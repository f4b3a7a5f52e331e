import { type Json, mapTable } from "./json.ts";
import { refused } from "./responses.ts";

type Paths = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** How a client says who it is, under `#/components/securitySchemes/`. */
export const securitySchemes: Json = {
  bearer: { type: "http", scheme: "bearer", description: "A token of this gateway: benchd token create" },
  basic: {
    type: "http",
    scheme: "basic",
    description: "The same token as the password, for clients that know only this",
  },
};

const either: readonly Json[] = [{ bearer: [] }, { basic: [] }];
const nothingNeeded: Json = {};

/** Where tokens are needed: one or the other. */
export const security = (tokens: boolean): readonly Json[] => (tokens ? either : []);

/** What is answered without a token, too. */
const open: ReadonlySet<string> = new Set(["get_health"]);

/** Whoever has no token is told so by each operation, whatever it is. */
export function secured(paths: Paths): Paths {
  const operation = (one: Json): Json => {
    if (open.has(String(one["operationId"]))) return { ...one, security: [nothingNeeded, ...either] };
    const responses = one["responses"] as Json;
    return "4XX" in responses ? one : { ...one, responses: { ...refused(401), ...responses } };
  };
  return mapTable(paths, (methods) => mapTable(methods, operation));
}
