import { check, type Verdicts } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import { affordancesOf, type Schema } from "../td.ts";
import { jsonOf, mediaType } from "../wire.ts";
import { isMetric, isPure, type Measured, numbersOf } from "./units.ts";

const basic = "https://www.w3.org/2022/wot/profile/http-basic/v1";
const sse = "https://www.w3.org/2022/wot/profile/http-sse/v1";
const version = "https://www.w3.org/2022/wot/td/v1.1";

const things = (findings: Findings) => findings.things;
const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";
const claims = (profile: string) =>
  check(
    `The \`profile\` of each Thing Description has \`${profile}\` in it`,
    things,
    ({ td }) => ![td.profile].flat().includes(profile) && `it is ${JSON.stringify(td.profile)}`,
  );

const affordances = ({ things }: Findings) =>
  things.flatMap(({ thing, td }) => [
    { thing, name: "", described: td },
    ...affordancesOf(td).map(({ name, affordance }) => ({ thing, name, described: affordance })),
  ]);

const measured = ({ things }: Findings): readonly Measured[] =>
  things.flatMap(({ thing, td }) =>
    affordancesOf(td).flatMap(({ kind, name, affordance }) => {
      const schemas: readonly (Schema | undefined)[] =
        kind === "properties" ? [affordance] : [affordance.input, affordance.output, affordance.data];
      return schemas.flatMap((schema) => (schema ? numbersOf(schema, { thing, name }) : []));
    }),
  );

export const description: Verdicts = {
  "common-constraints-a11y-1": check(
    "Each Thing and each of its affordances has a `title`, in words",
    affordances,
    ({ described }) => !isText(described.title) && "no title",
  ),
  "common-constraints-a11y-2": check(
    "Each Thing has a `description`, in words",
    things,
    ({ td }) => !isText(td.description) && "no description",
  ),
  "common-constraints-default-language": check(
    "The `@context` of each Thing Description has a map with `@language`, which is a well-formed tag of BCP 47",
    things,
    ({ td }) => !hasLanguage(td["@context"]) && `it is ${JSON.stringify(td["@context"])}`,
  ),
  "common-constraints-discovery-1": check(
    "From `/.well-known/wot` alone, by what it links to, the run has found each Thing, and was given its Thing Description as `application/td+json`",
    things,
    ({ exchange: { answer } }) => {
      if (answer.status !== 200) return `${answer.status}`;
      if (mediaType(answer) !== "application/td+json") return `the content type ${answer.headers["content-type"]}`;
      return jsonOf(answer) === undefined && "no JSON";
    },
  ),
  "common-constraints-units": check(
    "Each number in the data schemas has a `unit`, but for those that count or are pure numbers, of which the test has a list",
    measured,
    ({ unit, place }) => unit === undefined && !isPure(place) && `${place} has no unit`,
  ),
  "common-constraints-units-metric": check(
    "Each unit, in UCUM, is of the SI, or accepted for use with it, or a count, a ratio or a pH",
    (findings) => measured(findings).filter(({ unit }) => unit !== undefined),
    ({ unit, place }) => !isMetric(String(unit)) && `${place} is in ${unit}`,
  ),
  "http-basic-profile-identifier-1": claims(basic),
  "http-sse-profile-identifier-1": claims(sse),
  "profiling-mechanism-2": check(
    "Each Thing Description has a `profile`",
    things,
    ({ td }) => td.profile === undefined && "no profile",
  ),
  "profiling-mechanism-3": check("It is a URI, or a list of URIs", things, ({ td }) => {
    const uris = [td.profile].flat();
    return (uris.length === 0 || !uris.every((uri) => typeof uri === "string" && URL.canParse(uri))) && `${td.profile}`;
  }),
  "profiling-mechanism-4": check(
    `The \`@context\` of each Thing Description has \`${version}\` in it`,
    things,
    ({ td }) => ![td["@context"]].flat().includes(version) && `it is ${JSON.stringify(td["@context"])}`,
  ),
};

function hasLanguage(context: unknown): boolean {
  if (!Array.isArray(context)) return false;
  return context.some((entry: unknown) => {
    const language = (entry as Readonly<Record<string, unknown>> | null)?.["@language"];
    try {
      return typeof language === "string" && Intl.getCanonicalLocales(language).length === 1;
    } catch {
      return false;
    }
  });
}
