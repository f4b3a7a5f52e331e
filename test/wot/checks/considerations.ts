import { check, type Verdicts } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import { asksFor, jsonOf } from "../wire.ts";

const things = ({ things }: Findings) => things;

/** What a Thing Description must not give away: credentials, and what tells a device or a person from all others. */
const revealing =
  /"(?:password|token|username|serialNumber|owner|email)"\s*:|\/dev\/|serial\/by-id|@[a-z0-9-]+\.[a-z]{2,}/i;

/** Links of a Thing Description, if it has some. */
const links = ({ things }: Findings) =>
  things.flatMap(({ thing, td }) =>
    ((td["links"] ?? []) as readonly Readonly<Record<string, unknown>>[]).map((link) => ({
      thing,
      link,
      base: td.base,
    })),
  );
const keywords = ["href", "rel", "type", "sizes", "hreflang", "anchor"];
const mediaTypes = ["application/td+json", "text/html", "text/plain", "text/pdf"];

/** Links, and what is only in part seen from outside. */
export const considerations: Verdicts = {
  "common-constraints-links-1": check(
    "The links of the Thing Descriptions use these keywords: an `href`, with its `rel` and its `type`",
    links,
    ({ link: { href, rel, type }, base }) =>
      !(typeof href === "string" && URL.canParse(href, base) && typeof rel === "string" && typeof type === "string") &&
      `${JSON.stringify({ href, rel, type })}`,
  ),
  "common-constraints-links-2": check(
    "It is allowed, and not used: the links have no other keywords",
    links,
    ({ link }) => {
      const other = Object.keys(link).find((key) => !keywords.includes(key));
      return other !== undefined && `${other}`;
    },
  ),
  "common-constraints-links-media-types-1": check(
    "The links lead to media types of that list only",
    links,
    ({ link }) => !isListed(link["type"]) && `${link["type"]}`,
  ),
  "common-constraints-links-media-types-2": check(
    "It is allowed, and not used: the links lead to no other media types",
    links,
    ({ link }) => !isListed(link["type"]) && `${link["type"]}`,
  ),
  "security-considerations-1": check(
    "What shows from outside: no Thing Description has credentials in it; what a page of another site asks for is refused; and on the bench that asks for tokens, nothing is answered without one or with a wrong one, by no description, property, action or stream, but by 401 and a `WWW-Authenticate` with Basic. What does not show is in docs/security.md",
    ({ things, refusals, guarded }) => [
      ...things.map(({ thing, td }) => ({ about: thing, wrong: revealing.test(JSON.stringify(td)) })),
      ...refusals
        .filter(({ why }) => why === "a page of another site")
        .map(({ exchange }) => ({ about: "counter", wrong: exchange.answer.status !== 403 })),
      ...guarded.things.map(({ thing, td }) => ({
        about: thing,
        wrong: revealing.test(JSON.stringify(td)) || JSON.stringify(td).includes(guarded.token),
      })),
      ...[...guarded.entrances, ...guarded.inside].flatMap(({ about, without, wrong }) =>
        [without, wrong].map(({ answer }) => ({ about, wrong: !asksFor(answer, "basic") })),
      ),
    ],
    ({ wrong }) => wrong && "it gives something away, or does what it must not",
  ),
  "privacy-considerations-1": check(
    "What shows from outside: the Thing Descriptions name neither persons nor serial numbers nor ports, and their ids are random, made for the installation",
    things,
    ({ td, exchange }) => {
      if (revealing.test(JSON.stringify(jsonOf(exchange.answer)))) return "it gives something away";
      return !/^urn:uuid:[0-9a-f-]{36}$/.test(String(td["id"])) && `its id is ${td["id"]}`;
    },
  ),
};

const isListed = (type: unknown) =>
  typeof type === "string" && (mediaTypes.includes(type) || type.startsWith("image/"));
