import { isDeepStrictEqual } from "node:util";
import { check, type Verdicts } from "../check.ts";
import type { Described } from "../dialogue/descriptions.ts";
import type { Findings } from "../dialogue/findings.ts";
import { affordancesOf, type Schema, type Td } from "../td.ts";
import { asksFor, jsonOf } from "../wire.ts";

const listed = ["nosec", "basic", "oauth2"];

type Definitions = Readonly<Record<string, Schema>>;
const definitionsOf = (td: Td) => (td["securityDefinitions"] ?? {}) as Definitions;

/** The schemes that are used: those that a `security` names, of the whole or of a form. What is only defined is not. */
function usedBy(td: Td): readonly unknown[] {
  const forms = [...(td.forms ?? []), ...affordancesOf(td).flatMap(({ affordance }) => affordance.forms)];
  const named = [td["security"] ?? "nothing", ...forms.map(({ security }) => security ?? [])].flat();
  return [...new Set(named)].map((name) => definitionsOf(td)[String(name)]?.["scheme"]);
}

const schemes = ({ things, guarded }: Findings) =>
  [...things, ...guarded.things].flatMap(({ thing, td }) => usedBy(td).map((scheme) => ({ thing, scheme })));

/** What tells one bench from the other, and is not what is described. */
const differing = ["id", "base", "security", "securityDefinitions"];
const sameIn = ({ td }: Described) => Object.entries(td).filter(([key]) => !differing.includes(key));

const isWanted = (td: Td, scheme: string) => isDeepStrictEqual(usedBy(td), [scheme]);

export const security: Verdicts = {
  "common-constraints-security-1": check(
    "Each security scheme that a Thing Description uses, as a whole or in a form, is one of these: `nosec`, and `basic` on the bench that asks for tokens. What is defined there and not used, `bearer`, is told to those who know it",
    schemes,
    ({ scheme }) => !listed.includes(String(scheme)) && `${scheme}`,
  ),
  "common-constraints-security-3": check(
    "On the bench that asks for tokens there are two: wherever it describes Things, it is said that Basic will do, and Bearer, and with either the same answer comes; each Thing Description defines both",
    ({ guarded }) => guarded.entrances,
    ({ without, basic, bearer }) => {
      for (const scheme of ["basic", "bearer"] as const)
        if (!asksFor(without.answer, scheme)) return `${scheme} is not offered`;
      if (bearer.answer.status !== 200) return `Bearer is answered by ${bearer.answer.status}`;
      if (bearer.answer.body !== basic.answer.body) return "with Bearer it is another answer";
      return [jsonOf(bearer.answer)].flat().some((td) => !definesBoth(td as Td)) && "it does not define both";
    },
  ),
  "common-constraints-security-7": check(
    "On the bench that asks for tokens, the well-known address, the directory, and each Thing Description where it lists it and where it stands are answered by 401 and a `WWW-Authenticate` with Basic; and by 200 once they are asked for with Basic, which is what they then say in `security`. The run asks first, does what it is told, and has so found all Things, each described as on the other bench",
    ({ things, guarded }) => [
      ...guarded.entrances.map((entrance) => ({ about: entrance.about, flaw: notLedOn(entrance) })),
      ...guarded.things.map((described) => ({
        about: described.thing,
        flaw: notAmong(things, described),
      })),
      ...(guarded.things.length === things.length ? [] : [{ about: "the Things", flaw: "not all were found" }]),
    ],
    ({ flaw }) => flaw,
  ),
};

const definesBoth = (td: Td) =>
  ["basic", "bearer"].every((wanted) => Object.values(definitionsOf(td)).some(({ scheme }) => scheme === wanted));

function notLedOn({ without, basic }: Findings["guarded"]["entrances"][number]): string | undefined {
  if (without.answer.status !== 401) return `${without.answer.status} without credentials`;
  if (!asksFor(without.answer, "basic")) return `asked for ${without.answer.headers["www-authenticate"]}`;
  if (basic.answer.status !== 200) return `${basic.answer.status} with Basic`;
  const wrong = [jsonOf(basic.answer)].flat().find((td) => !isWanted(td as Td, "basic"));
  return wrong === undefined ? undefined : "it does not say that Basic is asked for";
}

function notAmong(things: readonly Described[], described: Described): string | undefined {
  const open = things.find(({ thing }) => thing === described.thing);
  return open && isDeepStrictEqual(sameIn(open), sameIn(described)) ? undefined : "it is described in another way";
}
