import type { TestEvent } from "node:test/reporters";

/** What Node tells at the end of a run, which run.sh counts by itself. */
const summary = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** One line a check, `ok` or `not ok`, as run.sh counts them; below it what was measured, and why it failed. */
export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type === "test:diagnostic" && !summary.test(data.message)) yield indented(data.message);
    if (type !== "test:pass" && type !== "test:fail") continue;
    const took = `${(data.details.duration_ms / 1000).toFixed(1)} s`;
    if (type === "test:fail") yield `not ok ${data.name} (${took})\n${indented(why(data.details.error))}`;
    else if (data.skip === undefined) yield `ok     ${data.name} (${took})\n`;
    else yield `skip   ${data.name}: ${data.skip}\n`;
  }
}

const indented = (text: string) => `${text.replaceAll(/^/gm, "       ")}\n`;

/** What was thrown, which Node wraps, and where in our own files. */
function why({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  const [place = ""] = /\n +at .*dist\/test\/vm.*/.exec(cause.stack ?? "") ?? [];
  return cause.message + place;
}
