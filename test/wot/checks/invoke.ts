import { check, type Verdicts, varying } from "../check.ts";
import { type FoundAction, statusUrl } from "../dialogue/actions.ts";
import type { Findings } from "../dialogue/findings.ts";
import { formFor } from "../td.ts";
import { jsonOf } from "../wire.ts";
import { misfit, noProblem, notJson } from "./facts.ts";
import { type ActionStatus, statusIn } from "./status.ts";

const all = ({ actions, ends }: Findings) => [...ends, ...actions];
const answered = (synchronous: boolean) => (findings: Findings) =>
  all(findings).filter(({ affordance, invoked }) => affordance.synchronous === synchronous && isFine(invoked));
const isFine = (invoked: FoundAction["invoked"]) => invoked !== undefined && invoked.answer.status < 300;
const asked = "The run is the consumer: ";

/** What is wrong with the answer that says that an action has been begun. */
function notBegun({ invoked }: FoundAction): string | undefined {
  const found = notJson(invoked, 201);
  if (found || !invoked) return found ?? "was not asked";
  const url = statusUrl(invoked);
  if (url === undefined || !/^https?:/.test(url)) return `the Location ${invoked.answer.headers["location"]}`;
  const { href } = jsonOf(invoked.answer) as ActionStatus;
  return href === url ? undefined : `the href ${href}, and the Location ${url}`;
}

/** What is wrong with the answer that says that an action is over. */
function notOver({ invoked, affordance }: FoundAction): string | undefined {
  if (affordance.output) return notJson(invoked, 200) ?? misfit(affordance.output, invoked && jsonOf(invoked.answer));
  const { status, body } = invoked?.answer ?? {};
  return status === 204 && body === "" ? undefined : `${status}, not 204, for an action without an output`;
}

const prefix = "http-basic-profile-protocol-binding-invokeaction-";

export const invoke: Verdicts = {
  [`${prefix}1`]: check(
    `${asked}it looks for such a form in the Thing Description, and finds one for each action`,
    ({ actions }) => actions,
    ({ td, name }) => !formFor(td, "actions", name, { op: "invokeaction" }) && "no form for invokeaction",
  ),
  [`${prefix}3`]: check(
    `${asked}it takes the URL, against \`base\` where it is relative, and the action is known there`,
    all,
    ({ invoked }) => [0, 404, 405].includes(invoked?.answer.status ?? 0) && "not known there",
  ),
  [`${prefix}4`]: check(
    `${asked}it sends this request, with an input that fits the schema, or without body and content type where there is none, and it is understood`,
    all,
    ({ invoked }) =>
      [400, 406, 415, 422].includes(invoked?.answer.status ?? 400) &&
      `${invoked?.answer.status}: ${invoked?.answer.body}`,
  ),
  [`${prefix}6`]: check(
    "Each action is invoked: 200 or 204 with its output, 201 with its status, or an error",
    all,
    (action) => {
      const { status = 0 } = action.invoked?.answer ?? {};
      if (status >= 400) return noProblem(action.invoked?.answer ?? { status, headers: {}, body: "" });
      return status === 201 ? notBegun(action) : notOver(action);
    },
  ),
  [`${prefix}7`]: check(
    "Each action with `synchronous: true` is answered by its output: 200, or 204 where it has none",
    answered(true),
    notOver,
  ),
  [`${prefix}8`]: check(
    "Each action with `synchronous: false` that is accepted is answered by 201 and its status",
    answered(false),
    notBegun,
  ),
  [`${prefix}9`]: check(
    "None leaves it open: each action says whether it is synchronous",
    ({ actions }) => actions,
    ({ affordance }) => typeof affordance.synchronous !== "boolean" && `synchronous is ${affordance.synchronous}`,
  ),
  [`${prefix}10`]: varying(
    check(
      "Whatever had not ended when it was asked for its status had been answered by 201: nothing keeps its client waiting",
      (findings) =>
        all(findings).filter(({ queried }) => ["pending", "running"].includes(String(statusIn(queried)?.status))),
      notBegun,
    ),
  ),
  [`${prefix}11`]: check(
    "Used for actions that have no hardware to wait for: they are answered by their output",
    answered(true),
    notOver,
  ),
  [`${prefix}12`]: check(
    "Inputs that do not fit, and actions that there are not, are answered by an error, and nothing is begun",
    ({ refusals }) => refusals.filter(({ exchange }) => exchange.request.method === "POST"),
    ({ exchange: { answer } }) =>
      answer.status < 400 || answer.headers["location"] ? `${answer.status}` : noProblem(answer),
  ),
  [`${prefix}14`]: check(
    "Optional, and used: whatever was begun can be asked for its status until it has ended, and afterwards",
    ({ ends }) => ends.filter(({ affordance }) => !affordance.synchronous),
    ({ ended }) => !["completed", "failed"].includes(String(statusIn(ended)?.status)) && "it has not ended",
  ),
  [`${prefix}20`]: check(
    "200, `application/json` and the output, which fits its schema",
    (findings) => answered(true)(findings).filter(({ affordance }) => affordance.output),
    notOver,
  ),
  [`${prefix}21`]: check(
    "201, `application/json`, a Location with http, and an ActionStatus whose `href` is that URL",
    answered(false),
    notBegun,
  ),
};
