import type { RouteOptions } from "fastify";
import type { TSchema } from "../../typebox.ts";
import { sentHeaders } from "./headers.ts";
import type { Json } from "./json.ts";
import type { RefusalStatus } from "./responses.ts";

/** An operation on one affordance of one Thing. */
export interface Concrete {
  /** Below the prefix. */
  readonly path: string;
  readonly method: "get" | "put" | "post";
  /** What generated clients call it, and a name that is surely no other's. */
  readonly id: string;
  readonly exactId: string;
  readonly operation: Json;
}

/** The parametric routes that become concrete, where they exist. */
export interface AffordanceRoutes {
  readonly read?: RouteOptions | undefined;
  readonly write?: RouteOptions | undefined;
  readonly reset?: RouteOptions | undefined;
  readonly invoke?: RouteOptions | undefined;
}

/** With the route that it comes from; without one there is no such operation. */
export type Operated = Omit<Concrete, "operation"> & { readonly route: RouteOptions | undefined; readonly tells: Json };

export const throughDevice: readonly RefusalStatus[] = [500, 502, 503, 504];
export const changing: readonly RefusalStatus[] = [400, 403, 404, 409, 422, 507];
export const withBody: readonly RefusalStatus[] = [413, 415];
export const underWhom = sentHeaders(["IdempotencyKey", "LeaseNumber"]);

/** Some say the same twice. */
export const more = (title: string, description: string | undefined): Json =>
  description === undefined || description === title ? {} : { description };

export const querystring = (route: RouteOptions | undefined) => route?.schema?.querystring as TSchema | undefined;
