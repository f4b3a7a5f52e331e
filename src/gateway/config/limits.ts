import { Type } from "../../typebox.ts";

/** How much clients may ask of the gateway; the usual unless told. */
export interface Limits {
  /** Connections at a time, of all clients together. */
  readonly connections: number;
  /** For a request to arrive with its body; seconds. */
  readonly requestSeconds: number;
  /** Requests of one client, on average. */
  readonly requestsPerSecond: number;
  /** Requests from one address without a token, or with one that is not right, on average. */
  readonly failuresPerMinute: number;
}

export const usualLimits: Limits = {
  connections: 2000,
  requestSeconds: 30,
  requestsPerSecond: 500,
  failuresPerMinute: 60,
};

export const limitsSchema = Type.Object(
  {
    connections: Type.Optional(
      Type.Integer({ minimum: 20, maximum: 100_000, expects: "how many connections, 20 to 100000" }),
    ),
    requestSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 600, expects: "seconds, 1 to 600" })),
    requestsPerSecond: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 100_000, expects: "requests of one client, 10 to 100000 in a second" }),
    ),
    failuresPerMinute: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 100_000,
        expects: "refused requests from one address, 5 to 100000 in a minute",
      }),
    ),
  },
  { additionalProperties: false },
);
