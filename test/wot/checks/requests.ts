import { check, type Verdicts, varying } from "../check.ts";
import { statusUrl } from "../dialogue/actions.ts";
import type { Findings } from "../dialogue/findings.ts";
import { formFor } from "../td.ts";
import { notEmpty, notJson } from "./facts.ts";
import { statusIn } from "./status.ts";

const begun = ({ actions, ends }: Findings) =>
  [...ends, ...actions].filter(({ invoked, affordance }) => !affordance.synchronous && invoked?.answer.status === 201);
/** It had not ended by itself before it was cancelled. */
const underWay = ({ actions }: Findings) =>
  actions.filter(({ queried }) => ["pending", "running"].includes(String(statusIn(queried)?.status)));
const synchronous = ({ actions }: Findings) => actions.filter(({ affordance }) => affordance.synchronous === true);
const failing = ({ ends }: Findings) =>
  ends.filter(({ name }) => ["fail", "fail_handled", "bad_output"].includes(name));
const isFine = (status = 0) => status >= 200 && status < 300;
const asked = "The run is the consumer: ";

/** They go on to their end when they are cancelled: what a circuit has forgotten is to be written down, too. */
const declining: ReadonlySet<string> = new Set(["uncancellable", "clear_calibration"]);

export const requests: Verdicts = {
  "http-basic-profile-protocol-binding-queryaction-1a": check(
    "Each action that was answered by 201 is asked for its status at once, and answers",
    begun,
    ({ queried }) => !isFine(queried?.answer.status) && `answered by ${queried?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-queryaction-1b": check(
    "Synchronous actions have no form for it, and tell no Location",
    synchronous,
    ({ td, name, invoked }) =>
      (formFor(td, "actions", name, { op: "queryaction" }) || invoked?.answer.headers["location"]) &&
      "its status can be asked for",
  ),
  "http-basic-profile-protocol-binding-queryaction-2": check(
    `${asked}it takes the URL from the Location, and from nowhere else`,
    begun,
    ({ invoked, queried }) =>
      !(invoked && queried && queried.request.url === statusUrl(invoked)) && "the Location leads nowhere",
  ),
  "http-basic-profile-protocol-binding-queryaction-3": check(
    `${asked}it sends this request, nothing else, and it is understood`,
    begun,
    ({ queried }) => !isFine(queried?.answer.status) && `answered by ${queried?.answer.status}`,
  ),
  "http-basic-profile-protocol-binding-queryaction-5": check(
    "200, `application/json`, and an ActionStatus",
    begun,
    ({ queried }) => notJson(queried, 200) ?? (statusIn(queried) ? undefined : "no ActionStatus"),
  ),
  "http-basic-profile-protocol-binding-queryaction-7a": check(
    "Actions of the counter fail in three ways: by a mistake of the driver, by a failure it foresaw, by an output that does not fit",
    failing,
    ({ ended }) => statusIn(ended)?.status !== "failed" && `it is ${statusIn(ended)?.status}`,
  ),
  "http-basic-profile-protocol-binding-cancelaction-1a": varying(
    check(
      "Each action that is under way is cancelled, and says in a form that it can be",
      underWay,
      ({ td, name, cancelled }) => {
        if (!formFor(td, "actions", name, { op: "cancelaction" })) return "no form for cancelaction";
        return !isFine(cancelled?.answer.status) && `answered by ${cancelled?.answer.status}`;
      },
    ),
  ),
  "http-basic-profile-protocol-binding-cancelaction-1b": check(
    "Synchronous actions have no form for it, and tell no Location",
    synchronous,
    ({ td, name, invoked }) =>
      (formFor(td, "actions", name, { op: "cancelaction" }) || invoked?.answer.headers["location"]) &&
      "it can be cancelled",
  ),
  "http-basic-profile-protocol-binding-cancelaction-2": varying(
    check(
      `${asked}it takes the URL from the Location, and from nowhere else`,
      underWay,
      ({ invoked, cancelled }) =>
        !(invoked && cancelled && cancelled.request.url === statusUrl(invoked)) && "the Location leads nowhere",
    ),
  ),
  "http-basic-profile-protocol-binding-cancelaction-3": varying(
    check(
      `${asked}it sends this request, nothing else, and it is understood`,
      underWay,
      ({ cancelled }) => !isFine(cancelled?.answer.status) && `answered by ${cancelled?.answer.status}`,
    ),
  ),
  "http-basic-profile-protocol-binding-cancelaction-5": varying(
    check(
      "204 without a body, and the action ends as `failed`, or can no longer be asked for; one that declines to be cancelled, as it may, completes",
      underWay,
      ({ name, cancelled, ended }) => {
        const found = notEmpty(cancelled, 204);
        const { status } = statusIn(ended) ?? {};
        const declined = declining.has(name) && status === "completed";
        return (
          found ?? (status === "failed" || declined || ended?.answer.status === 404 ? undefined : `it is ${status}`)
        );
      },
    ),
  ),
};
