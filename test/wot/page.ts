import type { Findings } from "./dialogue/findings.ts";
import type { Result } from "./judge.ts";

interface Section {
  readonly title: string;
  readonly holds: (id: string) => boolean;
}

const begins =
  (...starts: readonly string[]) =>
  (id: string) =>
    starts.some((start) => id.startsWith(start));

const sections: readonly Section[] = [
  { title: "Profiles in general", holds: begins("profil", "security-considerations", "privacy-considerations") },
  { title: "Common Constraints", holds: begins("common-constraints") },
  { title: "HTTP Basic Profile", holds: begins("http-basic-profile", "undefined") },
  { title: "HTTP SSE Profile", holds: begins("http-sse-profile") },
  { title: "HTTP Webhook Profile", holds: begins("http-webhook-profile") },
];

/** The section that an assertion stands in; each has one. */
export const sectionOf = (id: string): string | undefined => sections.find(({ holds }) => holds(id))?.title;

/** The page that tells what has come of every assertion. */
export function page(results: readonly Result[], { things, guarded, exchanges, streams }: Findings): string {
  const opened = streams.filter(({ listening }) => listening).length;
  return `# Conformance with the W3C's WoT Profiles

<!-- Written by test/wot/conformance.test.ts; do not edit. \`npx vitest run test/wot -u\` writes it anew. -->

benchd claims two profiles of the [W3C WoT Profile](https://w3c.github.io/wot-profile/): the HTTP Basic Profile and the HTTP
SSE Profile. This page holds it to every sentence of the W3C's own [list of assertions](../test/fixtures/wot/README.md), row by
row. A test writes it, with every run of \`npm test\`, and fails when a row fails, when a row is left out, and when the run
says something else than this page.

**What was run.** The real program, with HTTP, gateway, scheduler and drivers, on the ${things.length} Things of the demonstration bench
(\`examples/bench.yaml\`), whose devices are simulated: ${list(things.map(({ thing }) => `\`${thing}\``))}. A consumer that knows no
more than \`/.well-known/wot\` and the profiles finds all Things, reads and writes every property, invokes every action, asks
for its status and cancels it, opens every stream of events, makes things happen and listens, and asks for what has to be
refused. A second bench of the same Things asks everybody for a token: there it shows one where a 401 tells it to, finds all Things
in this way, and asks at ${guarded.entrances.length + guarded.inside.length} addresses without a token and with a wrong one. All in all, more than ${Math.floor(exchanges.length / 100) * 100} requests
and ${opened} streams. The assertions are then held against what it was answered. A check that finds nothing to look at has failed, and
\`test/wot/broken.thorough.ts\` shows of each check that it can: it runs them against the same program with its answers spoilt in
some seventy ways.

**Repeat it.** \`npx vitest run test/wot\`. The run is told in \`test/wot/dialogue/\`, the checks are in \`test/wot/checks/\`.

**What it does not show.** The W3C's list is in places older than its text, and it is about what a Thing says, not about what its
device does. Sentences that are asked of consumers are marked so; where the run itself has to follow them to get an answer,
they count as passed by that. Consumers that others have written are [below](#real-consumers). A stream that cannot tell all
that has happened says so by a message of the type \`gap\`, which the profile does not have.

${totals(results)}
${sections.map((section) => sectionText(section, results)).join("\n")}
${realConsumers}`;
}

const realConsumers = `## Real consumers

\`test/wot/consumers/\` lets consumers that others have written talk with the same bench.

**node-wot 0.9.2** (\`@node-wot/core\`, \`@node-wot/binding-http\`), over a socket: it finds every Thing in the directory, reads
all properties, writes those that can be written, observes and subscribes to what it may, and invokes synchronous and
asynchronous actions. What it cannot do is its own, and stands in the tests, so that they tell when it has learnt it:

- \`query()\` and \`cancel()\` of what it has invoked throw "Not yet implemented". The ActionStatus that it is given has the
  \`href\` to ask, and to DELETE.
- In a stream it hears messages without a name only, and the profile wants them named. So each Thing Description offers a long
  poll as well, before the stream, and node-wot takes that; [what it then may miss](web-of-things.md#being-told-of-changes).
- \`readAllProperties\` reads one after the other, \`writeMultipleProperties\` likewise: nothing is all or nothing.
- It knows only the first security scheme, and not \`combo\`: so where tokens are asked for, \`security\` has Basic alone.
- It sends credentials for the \`id\` of a Thing, and so none to get the description that has it: a 401 leads it no further. Its
  user fetches that; [how](web-of-things.md#who-may-ask).

**Thing Description Playground** (\`@thing-description-playground/core\` 1.4.0): each Thing Description passes its JSON, schema and
additional checks, without JSON-LD, which needs the network. Of defaults it would have every member of every value say that it
is neither read-only nor write-only; there is nothing else. Its **assertions** 1.5.0: none fails, in any affordance of any
Thing. The **W3C's JSON Schema** of Thing Descriptions 1.1, which it brings, is also held against each by itself.
`;

const list = (words: readonly string[]) => `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

function totals(results: readonly Result[]): string {
  const rows = [{ title: "All", holds: () => true }, ...sections].map(({ title, holds }) => {
    const own = results.filter(({ assertion: { id } }) => holds(id));
    const count = (wanted: Result["result"]) => own.filter(({ result }) => result === wanted).length;
    return `| ${title} | ${own.length} | ${count("passed")} | ${count("not applicable")} | ${count("failed")} |`;
  });
  return ["| Section | Assertions | Passed | Not applicable | Failed |", "|---|---|---|---|---|", ...rows, ""].join(
    "\n",
  );
}

function sectionText({ title, holds }: Section, results: readonly Result[]): string {
  const own = results.filter(({ assertion: { id } }) => holds(id));
  return `## ${title}

| Assertion | It says | Result | How it was checked, or why not |
|---|---|---|---|
${own.map(row).join("\n")}
`;
}

function row({ assertion: { id, text }, result, how, cases, flaws }: Result): string {
  const told = result === "failed" ? `**failed**: ${flaws.join("; ")}` : result;
  const often = cases === undefined ? "" : ` (${cases === 1 ? "1 case" : `${cases} cases`})`;
  return `| \`${id}\` | ${cell(text)} | ${cell(told)} | ${cell(how)}${often} |`;
}

const cell = (text: string) => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;");
