import { check, like, type Verdicts, varying } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import type { Exchange } from "../dialogue/talk.ts";
import { jsonOf } from "../wire.ts";
import { isDateTime, misfit, noProblemDetails } from "./facts.ts";

/** What the profiles know of it. */
export interface ActionStatus {
  readonly status?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly href?: unknown;
  readonly timeRequested?: unknown;
  readonly timeEnded?: unknown;
}

/** The ActionStatus in an answer, when there is one. */
export function statusIn(exchange: Exchange | undefined): ActionStatus | undefined {
  const body = exchange && jsonOf(exchange.answer);
  return typeof body === "object" && body !== null && "status" in body ? body : undefined;
}

/** The lists in an answer to queryallactions, by action; what is no list is left out. */
export function requestsIn(listed: Exchange | undefined): readonly (readonly [string, readonly ActionStatus[]])[] {
  const all = Object.entries((listed && jsonOf(listed.answer)) ?? {});
  return all.filter((entry): entry is [string, ActionStatus[]] => Array.isArray(entry[1]));
}

/** Every ActionStatus that was answered, wherever. */
const statuses = ({ actions, ends, lists }: Findings) => [
  ...[...actions, ...ends].flatMap(({ thing, name, affordance, invoked, queried, ended }) =>
    [invoked, queried, ended].flatMap((exchange) => {
      const status =
        exchange && exchange.answer.status < 300 && !affordance.synchronous ? statusIn(exchange) : undefined;
      return status ? [{ thing, name, affordance, status }] : [];
    }),
  ),
  ...lists.flatMap(({ thing, td, listed }) =>
    requestsIn(listed).flatMap(([name, list]) =>
      list.map((status) => ({ thing, name, affordance: td.actions?.[name] ?? { forms: [] }, status })),
    ),
  ),
];

const hasEnded = ({ status: { status } }: { readonly status: ActionStatus }) =>
  status === "completed" || status === "failed";

const checks: Verdicts = {
  status: varying(
    check(
      "Every ActionStatus of the run has one of the four",
      statuses,
      ({ status: { status } }) =>
        !["pending", "running", "completed", "failed"].includes(String(status)) && `it is ${status}`,
    ),
  ),
  output: varying(
    check(
      "Where an ActionStatus has an output, the action has completed, and it fits the schema that the Thing Description has for it",
      (findings) => statuses(findings).filter(({ status }) => status.output !== undefined),
      ({ affordance, status: { status, output } }) =>
        status === "completed" ? misfit(affordance.output, output) : `an output of what is ${status}`,
    ),
  ),
  error: varying(
    check(
      "Where an ActionStatus has an error, the action has failed, and it is an object with members of RFC 7807; whatever failed has one",
      (findings) => statuses(findings).filter(({ status }) => status.error !== undefined || status.status === "failed"),
      ({ status: { status, error } }) =>
        status === "failed" ? noProblemDetails(error) : `an error of what is ${status}`,
    ),
  ),
  href: varying(
    check(
      "Every ActionStatus of the run says where it is, by http",
      statuses,
      ({ status: { href } }) => !(typeof href === "string" && /^https?:\/\//.test(href)) && `it is ${href}`,
    ),
  ),
  timeRequested: varying(
    check(
      "Every ActionStatus of the run has it, with its zone",
      statuses,
      ({ status: { timeRequested } }) => !isDateTime(timeRequested) && `it is ${timeRequested}`,
    ),
  ),
  timeEnded: varying(
    check(
      "Every ActionStatus of what has ended has it, with its zone and not before `timeRequested`; none of what has not",
      statuses,
      ({ status }) => {
        const { timeRequested, timeEnded } = status;
        if (!hasEnded({ status }))
          return timeEnded !== undefined && `it has ended at ${timeEnded}, and is ${status.status}`;
        const inOrder = Date.parse(String(timeEnded)) >= Date.parse(String(timeRequested));
        return !(isDateTime(timeEnded) && inOrder) && `it is ${timeEnded}`;
      },
    ),
  ),
};

const parts = Object.entries(checks);
const members = "http-basic-profile-protocol-binding-invokeaction-";

export const status: Verdicts = {
  [`${members}15`]: {
    how: "Every ActionStatus of the run: each of the members below",
    varies: true,
    judge(findings) {
      const outcomes = parts.map(([, verdict]) =>
        "judge" in verdict ? verdict.judge(findings) : { cases: 0, flaws: [] },
      );
      const flaws = outcomes.flatMap((outcome) => outcome.flaws);
      return { cases: statuses(findings).length, flaws };
    },
  },
  [`${members}16`]: like(checks, "status"),
  [`${members}17`]: like(checks, "output"),
  [`${members}18`]: like(checks, "error"),
  [`${members}19`]: like(checks, "href"),
  "undefined (timeRequested)": like(checks, "timeRequested"),
  "undefined (timeEnded)": like(checks, "timeEnded"),
  "http-basic-profile-protocol-binding-queryaction-7b": like(checks, "error"),
};
