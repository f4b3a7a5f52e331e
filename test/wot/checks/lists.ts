import { check, type Verdicts } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import { thingFormFor } from "../td.ts";
import { jsonOf } from "../wire.ts";
import { notJson } from "./facts.ts";
import { type ActionStatus, requestsIn } from "./status.ts";

const lists = ({ lists }: Findings) => lists;
const isFine = (status = 0) => status >= 200 && status < 300;
const asked = "The run is the consumer: ";

export const queryAll: Verdicts = {
  "http-basic-profile-protocol-binding-queryallactions-1": check(
    `${asked}it looks for such a form, and finds one for each Thing that has actions`,
    lists,
    ({ td }) => !thingFormFor(td, { op: "queryallactions" }) && "no form for queryallactions",
  ),
  "http-basic-profile-protocol-binding-queryallactions-3": check(
    `${asked}it takes the URL, against \`base\` where it is relative, and is answered there`,
    lists,
    ({ listed }) => !isFine(listed?.answer.status) && "not answered there",
  ),
  "http-basic-profile-protocol-binding-queryallactions-4": check(
    `${asked}it sends this request, nothing else, and it is understood`,
    lists,
    ({ listed }) => !isFine(listed?.answer.status) && `answered by ${listed?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-queryallactions-6a": check(
    "200, `application/json`, an object by the names of the actions, with all that was invoked during the run",
    (findings) => findings.lists.map((list) => ({ ...list, begun: invoked(findings, list.thing) })),
    ({ td, listed, begun }) => {
      const found = notJson(listed, 200);
      if (found || !listed) return found;
      const all = jsonOf(listed.answer) as Readonly<Record<string, readonly ActionStatus[]>>;
      if (Array.isArray(all)) return "a list";
      const strange = Object.entries(all).find(([name, list]) => !td.actions?.[name] || !Array.isArray(list));
      if (strange) return `${strange[0]}, which is no action, or no list`;
      const hrefs = new Set(Object.values(all).flatMap((list) => list.map(({ href }) => href)));
      const missing = begun.find((href) => !hrefs.has(href));
      return missing !== undefined && `without ${missing}`;
    },
  ),
  "http-basic-profile-protocol-binding-queryallactions-6b": check(
    "In each list of more than one request, each was invoked after the next one in the list",
    (findings) => findings.lists.flatMap((list) => listsIn(findings, list)),
    ({ turns }) =>
      turns.some((turn, i) => turn >= (turns[i - 1] ?? Number.POSITIVE_INFINITY)) && "not the newest first",
  ),
};

/** What was begun, in the order of the run. */
const invoked = ({ actions, ends }: Findings, thing: string) =>
  [...ends, ...actions].flatMap((action) => {
    if (action.thing !== thing || action.affordance.synchronous || action.invoked?.answer.status !== 201) return [];
    return [(jsonOf(action.invoked.answer) as ActionStatus).href];
  });

/** Lists of which something can be told about the order: when each was invoked, as the how many-th. */
function listsIn(findings: Findings, { thing, listed }: Findings["lists"][number]) {
  const order = invoked(findings, thing);
  return requestsIn(listed)
    .map(([name, list]) => ({
      thing,
      name,
      turns: list.map(({ href }) => order.indexOf(href)).filter((at) => at >= 0),
    }))
    .filter(({ turns }) => turns.length > 1);
}
