import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { Scope } from "../access/scope.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Audience } from "./audience.ts";
import type { Descriptions } from "./descriptions.ts";
import type { Subscribers } from "./events/subscribers.ts";
import type { RequestCounts } from "./metrics/request-counts.ts";
import type { Patience } from "./patience.ts";
import type { Sockets } from "./socket/sockets.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a client must be allowed to do, so that a route answers it. */
    scope?: Scope;
    /**
     * With what: the Thing in its path, which it is unless told where the path has one; the Thing whose invocation is in
     * its path, or whose invocation asks what is; all Things whose outputs an interlock names, that a schedule is about,
     * that a run works with, or that are recorded; the whole bench; or anything at all. Then, and of what is only read, the route itself tells
     * each only what exists for him (`request.sight`).
     */
    over?: "thing" | "invocation" | "interlock" | "prompt" | "run" | "recording" | "schedule" | "bench" | "visible";
    /** It answers also who has no token: whom it tells what is for it to see to. */
    withoutToken?: boolean;
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
  /** Whether who asks has to have a token. */
  readonly auth: "tokens" | "none";
  readonly descriptions: Descriptions;
  readonly patience: Patience;
  readonly audience: Audience;
  readonly subscribers: Subscribers;
  readonly sockets: Sockets;
  /** What was asked of it. */
  readonly counts: RequestCounts;
}
