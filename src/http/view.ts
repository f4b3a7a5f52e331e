import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { Gateway } from "../gateway/gateway.ts";
import type { Subscribers } from "./events/subscribers.ts";
import type { Audience } from "./labthings/stream.ts";
import type { Patience } from "./patience.ts";

/** What a client must be allowed to do, so that a route answers it. */
export type Scope = "read" | "operate" | "configure" | "admin";

declare module "fastify" {
  interface FastifyContextConfig {
    scope?: Scope;
  }
  interface FastifySchema {
    summary?: string;
  }
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the routes work with. */
export interface View {
  readonly gateway: Gateway;
  /** Before every path of the Things; empty or `/api/v1`. */
  readonly prefix: string;
  readonly patience: Patience;
  readonly audience: Audience;
  readonly subscribers: Subscribers;
}
