import { type TSchema, Type } from "../../typebox.ts";
import { type ToldHeader, toldHeaders } from "./headers.ts";
import { ref } from "./invocation-schemas.ts";
import { type Json, mapTable } from "./json.ts";
import { answerSchema } from "./schema-words.ts";

/** An answer of one status. */
export interface Answer {
  readonly description: string;
  /** Nothing: there is no body. */
  readonly schema?: TSchema | Json;
  /** By media type, where it is not only JSON. */
  readonly content?: Readonly<Record<string, TSchema>>;
  readonly headers?: readonly ToldHeader[];
  readonly example?: unknown;
}

export function response({ description, schema, content, headers = [], example }: Answer): Json {
  const contents = {
    ...(schema && {
      "application/json": { schema: answerSchema(schema as TSchema), ...(example !== undefined && { example }) },
    }),
    ...(content && mapTable(content, (one) => ({ schema: answerSchema(one) }))),
  };
  return {
    description,
    ...(headers.length > 0 && { headers: toldHeaders(headers) }),
    ...(Object.keys(contents).length > 0 && { content: contents }),
  };
}

const refusal = ref("Refusal");
const problem = ref("Problem");

/** What goes wrong, in the same way everywhere: under `#/components/responses/`, by its name there. */
const refusals = {
  400: ["Malformed", { description: "A header that is none", schema: problem }],
  401: ["Unauthorized", { description: "No token of this gateway, or one that counts no more", schema: refusal }],
  403: [
    "Forbidden",
    {
      description: "A Host that is not ours, a page of another site, or a scope that the token does not have",
      schema: Type.Union([refusal, problem]),
    },
  ],
  404: ["NotFound", { description: "No such Thing, affordance or invocation", schema: refusal }],
  409: [
    "Conflict",
    { description: "It is taken or stopped: lane, lease, emergency stop, interlock, quarantine", schema: problem },
  ],
  412: ["TooLate", { description: "The time in Start-By is over: nothing was done", schema: problem }],
  413: ["TooLarge", { description: "The body is larger than 1 MiB", schema: refusal }],
  415: ["NotJson", { description: "The body is not application/json in UTF-8", schema: refusal }],
  422: [
    "Unprocessable",
    {
      description: "It does not fit its schema, or an Idempotency-Key came with another body before",
      schema: Type.Union([ref("ValidationError"), problem]),
    },
  ],
  500: ["Failed", { description: "A driver, or benchd, is wrong: its log tells where", schema: problem }],
  502: ["DeviceFailed", { description: "The device said no, or something unreadable", schema: problem }],
  503: [
    "Unavailable",
    { description: "Lane full, Thing not ready, no way to the device", schema: problem, headers: ["RetryAfter"] },
  ],
  504: ["DeviceSilent", { description: "The device said nothing in time", schema: problem }],
  507: ["NotStored", { description: "The disk cannot take what has to outlive the process", schema: problem }],
} as const satisfies Record<number, readonly [string, Answer]>;

export type RefusalStatus = keyof typeof refusals;

export const responses: Json = {
  ...Object.fromEntries(Object.values(refusals).map(([name, answer]) => [name, response(answer)])),
  WotProblem: response({
    description: "Whatever is wrong",
    content: { "application/problem+json": ref("WotProblem") },
  }),
};

/** The refusals of an operation, by status. */
export const refused = (...statuses: readonly RefusalStatus[]): Json =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${refusals[status][0]}` }]));

export const wotRefused: Json = {
  "4XX": { $ref: "#/components/responses/WotProblem" },
  "5XX": { $ref: "#/components/responses/WotProblem" },
};
