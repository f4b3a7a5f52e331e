import { check, type Verdicts, varying } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import { isDateTime, noProblem } from "./facts.ts";

const refusals = ({ refusals }: Findings) =>
  refusals.map(({ why, expected, exchange }) => ({
    about: `${exchange.about} (${why})`,
    expected,
    answer: exchange.answer,
  }));
const answers = ({ exchanges }: Findings) => exchanges;
const recommended = [400, 401, 403, 404, 500];

export const errors: Verdicts = {
  "common-constraints-errors-1": check(
    "What has to fail is asked for: unknown Things, affordances and requests, values and inputs that do not fit, devices that refuse, and all that has no token where one is asked for. Each is answered by the status that says why",
    refusals,
    ({ expected, answer }) => answer.status !== expected && `${answer.status}, not ${expected}`,
  ),
  "common-constraints-errors-2": check(
    "Where one of these says why, it is that one",
    (findings) => refusals(findings).filter(({ expected }) => recommended.includes(expected)),
    ({ answer }) => !recommended.includes(answer.status) && `${answer.status}`,
  ),
  "common-constraints-errors-3": varying(
    check(
      "It is allowed, and not used: no answer of the run was a redirection",
      answers,
      ({ request, answer }) => answer.status >= 300 && answer.status < 400 && `${answer.status} for ${request.url}`,
    ),
  ),
  "common-constraints-errors-4": varying(
    check("No answer of the run was 300", answers, ({ answer }) => answer.status === 300 && "300"),
  ),
  "common-constraints-errors-5": check(
    "Where none of the five says why, it is another one: 405 for a method, 415 for a content type",
    (findings) => refusals(findings).filter(({ expected }) => !recommended.includes(expected)),
    ({ expected, answer }) => answer.status !== expected && `${answer.status}, not ${expected}`,
  ),
  "common-constraints-errors-7": varying(
    check(
      "Every error of the run that has a body is `application/problem+json`, with members of RFC 7807 of the right types",
      (findings) => answers(findings).filter(({ answer }) => answer.status >= 400),
      ({ answer }) => noProblem(answer),
    ),
  ),
  "common-constraints-date-format-1": varying(
    check(
      "Every member of an answer that tells a time, wherever in it, is a `date-time` with its zone",
      timesIn,
      ({ key, value }) => !isDateTime(value) && `${key} is ${JSON.stringify(value)}`,
    ),
  ),
};

/** The names that tell a time, in the profiles and in the Thing Description. */
const isTime = (key: string) => /^time[A-Z]|^(created|modified)$/.test(key);

function timesIn({ exchanges }: Findings) {
  const found: { readonly about: string; readonly key: string; readonly value: unknown }[] = [];
  const walk = (about: string, value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (isTime(key)) found.push({ about, key, value: member });
      walk(about, member);
    }
  };
  for (const { about, answer } of exchanges)
    if (/json/.test(answer.headers["content-type"] ?? "")) walk(about, JSON.parse(answer.body));
  return found;
}
