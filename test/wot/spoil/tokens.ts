import type { Answer, Request } from "../wire.ts";
import { everywhere, type Spoiler, withJson } from "./spoiler.ts";

const isRefused = ({ status }: { readonly status: number }) => status === 401;
const isUse = ({ url }: Request) => /\/(?:properties|actions)\//.test(url);
/** The token of HTTP Basic or Bearer that a request shows; undefined when it shows none. */
const shown = ({ headers = {} }: Request): string | undefined => {
  const [scheme, value = ""] = (headers["authorization"] ?? "").split(" ");
  return scheme === "Basic" ? atob(value).split(":")[1] : value || undefined;
};
const showsBy = ({ headers = {} }: Request, scheme: string) => (headers["authorization"] ?? "").startsWith(scheme);

/** Whatever is refused has this header, or none. */
const challenged =
  (challenge: string | undefined) =>
  <Told extends Pick<Answer, "status" | "headers">>(answer: Told): Told => {
    if (!isRefused(answer)) return answer;
    const { "www-authenticate": _, ...headers } = answer.headers;
    return { ...answer, headers: { ...headers, ...(challenge !== undefined && { "www-authenticate": challenge }) } };
  };
const isGuarded = (value: unknown) =>
  (value as { readonly security?: unknown } | null)?.security?.toString() === "basic";
/** Of the bench that asks for tokens, all that describes something is spoilt. */
const inGuarded =
  (change: (td: Readonly<Record<string, unknown>>, request: Request) => unknown) =>
  (answer: Answer, request: Request): Answer =>
    withJson(answer, (body) => {
      const one = (td: unknown) => (isGuarded(td) ? change(td as Readonly<Record<string, unknown>>, request) : td);
      return Array.isArray(body) ? body.map(one) : one(body);
    });
const letIn = (answer: Answer): Answer => ({ ...answer, status: 200 });
const turnedAway = (answer: Answer): Answer => ({ ...answer, status: 401 });

const uses = "common-constraints-security-1";
const several = "common-constraints-security-3";
const bootstrapping = "common-constraints-security-7";
const considered = "security-considerations-1";

/** A bench that asks for tokens, in a wrong way. */
export const tokens: readonly Spoiler[] = [
  {
    what: "all is answered without a token",
    found: [bootstrapping, considered, "common-constraints-errors-1"],
    answer: (answer) => (isRefused(answer) ? letIn(answer) : answer),
  },
  {
    what: "only what describes the Things asks for a token",
    found: [considered],
    answer: (answer, request) => (isRefused(answer) && isUse(request) ? letIn(answer) : answer),
  },
  {
    what: "streams are opened without a token",
    found: [considered],
    listening: (listening) => ({ ...listening, status: 200 }),
  },
  {
    what: "streams do not say what they ask for",
    found: [considered],
    listening: challenged(undefined),
  },
  {
    what: "any token will do",
    found: [considered],
    answer: (answer, request) => (isRefused(answer) && shown(request) ? letIn(answer) : answer),
  },
  {
    what: "who is refused is told to look elsewhere",
    found: [bootstrapping, considered, "common-constraints-errors-1"],
    answer: (answer) => (isRefused(answer) ? { ...answer, status: 404 } : answer),
  },
  {
    what: "a 401 does not say what it asks for",
    found: [several, bootstrapping, considered],
    answer: challenged(undefined),
  },
  {
    what: "a 401 asks for Bearer only, in a realm that is called Basic",
    found: [several, bootstrapping, considered],
    answer: challenged('Bearer realm="a, Basic realm=b"'),
  },
  {
    what: "a 401 asks for Basic without a realm",
    found: [several, bootstrapping, considered],
    answer: challenged('Basic charset="UTF-8", Bearer realm="benchd"'),
  },
  {
    what: "a 401 asks for Basic only",
    found: [several],
    answer: challenged('Basic realm="benchd"'),
  },
  {
    what: "Basic is asked for, and not taken",
    found: [bootstrapping],
    answer: (answer, request) => (showsBy(request, "Basic") ? turnedAway(answer) : answer),
  },
  {
    what: "Bearer is offered, and not taken",
    found: [several],
    answer: (answer, request) => (showsBy(request, "Bearer") ? turnedAway(answer) : answer),
  },
  {
    what: "who has a token is told that none is needed",
    found: [bootstrapping],
    answer: inGuarded((td) => ({
      ...td,
      security: "none",
      securityDefinitions: { none: { scheme: "nosec" } },
    })),
  },
  {
    what: "Thing Descriptions ask for Bearer",
    found: [uses, bootstrapping],
    answer: inGuarded((td) => ({ ...td, security: ["bearer"] })),
  },
  {
    what: "forms ask for Bearer",
    found: [uses, bootstrapping],
    answer: inGuarded((td) =>
      everywhere(td, "forms", (forms) => (forms as readonly object[]).map((form) => ({ ...form, security: "bearer" }))),
    ),
  },
  {
    what: "Thing Descriptions name a scheme that they do not define",
    found: [uses, several, bootstrapping],
    answer: inGuarded((td) => ({ ...td, securityDefinitions: {} })),
  },
  {
    what: "Bearer is not told of",
    found: [several],
    answer: inGuarded((td) => ({ ...td, securityDefinitions: { basic: { scheme: "basic" } } })),
  },
  {
    what: "who has a token is told less",
    found: [bootstrapping],
    answer: inGuarded(({ description: _, ...td }) => td),
  },
  {
    what: "the token stands in the Thing Description",
    found: [considered],
    answer: inGuarded((td, request) => ({ ...td, support: `https://lab.example/?${shown(request)}` })),
  },
];
