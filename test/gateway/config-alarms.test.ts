import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

const catalogue = openCatalogue();
const things = `things:
  counter: { driver: counter }
  door: { driver: door, gpio: { switch: 17 } }
`;
const office = "  office: { mail: { host: smtp.lab.example, from: bench@lab.example, to: [ada@lab.example] } }\n";
const check = (yaml: string) => checkBench(`${things}${yaml}`, "bench.yaml", catalogue, { mock: true });
/** What is told about it, one mistake a line, without the file's name. */
async function mistakes(yaml: string): Promise<readonly string[]> {
  try {
    await check(yaml);
    return [];
  } catch (error) {
    const lines = (error as Error).message.split("\n");
    return (lines.length > 1 ? lines.slice(1) : lines).map((line) => line.trim().replaceAll("bench.yaml:", ""));
  }
}

test("what is left out of schedules, alarms and notifiers has a default", async () => {
  const config = await check(`schedules:
  night: { cron: "30 6 * * 1-5", timeZone: Europe/Berlin, invoke: counter.increment }
  hourly: { every: 1 h 30 min, procedure: titration@3, parameters: { limit: 8 } }
alarms:
  high: { when: counter.counter > 5 for 30 s, notify: [office] }
  gone: { lost: counter, for: 1 min, clearAfter: 2 min, unknown: ignore, title: Gone, notify: [] }
  failed: { runFailed: any, notify: [chat] }
notifiers:
${office}  chat: { webhook: { urlFile: ./hook, tokenVariable: TOKEN } }
`);
  expect(config.schedules).toEqual([
    {
      ...{ name: "night", title: undefined },
      times: { kind: "cron", pattern: "30 6 * * 1-5", timeZone: "Europe/Berlin", untrustedClock: "wait" },
      job: { kind: "action", thing: "counter", action: "increment", input: undefined },
    },
    {
      ...{ name: "hourly", title: undefined, times: { kind: "every", everyMs: 5_400_000 } },
      job: { kind: "procedure", procedure: "titration@3", parameters: { limit: 8 } },
    },
  ]);
  expect(config.alarms).toMatchObject([
    { name: "high", forMs: 30_000, clearAfterMs: 10_000, unknown: "raise", watched: { everyMs: 1000 } },
    { name: "gone", forMs: 60_000, clearAfterMs: 120_000, unknown: "ignore", watched: { thing: "counter" } },
    { name: "failed", watched: { kind: "runFailed", procedure: undefined } },
  ]);
  expect(config.notifiers).toEqual([
    {
      name: "office",
      way: {
        ...{ kind: "mail", host: "smtp.lab.example", port: 587, tls: "starttls", ca: undefined, user: undefined },
        ...{ password: undefined, from: "bench@lab.example", to: ["ada@lab.example"] },
      },
    },
    {
      name: "chat",
      way: { kind: "webhook", url: { file: `${config.directory}/hook` }, token: { variable: "TOKEN" } },
    },
  ]);
});

test.each([
  ["{ every: 1 h }", /^5:\d+: it needs one of invoke:, procedure:$/],
  ["{ invoke: counter.noop }", /^5:\d+: it needs one of every:, cron:$/],
  [
    '{ every: 1 h, cron: "0 3 * * *", invoke: counter.noop }',
    /^5:\d+: it has every: and cron:, of which one is enough/,
  ],
  ["{ every: 10 ms, invoke: counter.noop }", /^5:\d+: "every" has to be 1 s to 366 d, not 10 ms$/],
  ["{ every: hourly, invoke: counter.noop }", /^5:\d+: "hourly" is no duration: say a duration with its unit/],
  ["{ every: 1 h, timeZone: UTC, invoke: counter.noop }", /^5:\d+: timeZone: goes with cron: only: leave it out$/],
  ['{ cron: "0 25 * * *", invoke: counter.noop }', /^5:\d+: "0 25 \* \* \*" is no time \(Invalid value for hour: 25\)/],
  ['{ cron: "0 3 * *", invoke: counter.noop }', /^5:\d+: "0 3 \* \*" is no time: say minute, hour, day/],
  ['{ cron: "0 0 30 2 *", invoke: counter.noop }', /^5:\d+: "0 0 30 2 \*" never comes/],
  [
    '{ cron: "0 3 * * *", timeZone: Europe/Belrin, invoke: counter.noop }',
    /^5:\d+: there is no time zone "Europe\/Belrin"/,
  ],
  ["{ every: 1 h, invoke: countr.noop }", /^5:\d+: there is no Thing "countr"; did you mean/],
  ["{ every: 1 h, invoke: counter.nop }", /^5:\d+: counter has no action "nop"; did you mean/],
  [
    "{ every: 1 h, invoke: counter.increment, input: { by: two } }",
    /^5:\d+: "by" must be a whole number, not the text "two"/,
  ],
  ["{ every: 1 h, invoke: counter.noop, input: { by: 2 } }", /^5:\d+: counter.noop takes no input: leave it out$/],
  [
    "{ every: 1 h, invoke: counter.noop, parameters: {} }",
    /^5:\d+: parameters: goes with procedure: only: leave it out$/,
  ],
  ["{ every: 1 h, invoke: counter }", /^5:\d+: "invoke" must be a Thing and an action of it/],
])("a schedule %s is a mistake, which is told where it stands", async (entry, mistake) => {
  expect(await mistakes(`schedules:\n  night: ${entry}\n`)).toEqual([expect.stringMatching(mistake)]);
});

test("a procedure in a file is held against the Things, with its parameters", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-schedules-"));
  const file = join(folder, "count.yaml");
  const told = (parameters: string) =>
    mistakes(`schedules:\n  night: { every: 1 h, procedure: ${file}, parameters: ${parameters} }\n`);
  expect(await told("{}")).toEqual([expect.stringMatching(/^5:\d+: .*count.yaml cannot be read \(ENOENT\)/)]);
  const steps =
    "parameters: { n: { type: integer, default: 1 } }\nsteps: [ { invoke: counter.increment, input: { by: $n } } ]";
  await writeFile(file, `title: Count\n${steps}\n`);
  expect(await told("{ n: 3 }")).toEqual([]);
  expect(await told("{ n: many }")).toEqual([expect.stringMatching(/^5:\d+: .*count.yaml/)]);
  await writeFile(file, `title: Count\n${steps.replace("increment", "incremen")}\n`);
  expect(await told("{}")).toEqual([expect.stringMatching(/^5:\d+: .*count.yaml:3:\d+: steps\[0\]: .*incremen/)]);
  await rm(folder, { recursive: true });
});

test.each([
  ["{ notify: [] }", /^5:\d+: it needs one of when:, lost:, runFailed:$/],
  ["{ when: counter.counter > 5 }", /^5:\d+: "notify" is missing: add it/],
  ["{ when: counter is high, notify: [] }", /^5:\d+: "counter is high" is no condition/],
  ["{ when: countr.counter > 5, notify: [] }", /^5:\d+: there is no Thing "countr"; did you mean/],
  ["{ when: counter.countre > 5, notify: [] }", /^5:\d+: counter has no property "countre"; did you mean/],
  ["{ when: door.closed > 5, notify: [] }", /^5:\d+: door.closed is a boolean, which is never > 5$/],
  ['{ when: counter.counter == "high", notify: [] }', /^5:\d+: counter.counter is a number, which is never == "high"$/],
  [
    "{ when: counter.counter > 5, for: 10 s, notify: [] }",
    /^5:\d+: for: goes with lost: \(a condition has it in its own words/,
  ],
  ["{ when: counter.counter > 5 for 31 d, notify: [] }", /^5:\d+: nothing is held for more than 30 d/],
  ["{ lost: countr, notify: [] }", /^5:\d+: there is no Thing "countr"/],
  ["{ lost: counter, every: 1 s, notify: [] }", /^5:\d+: every: goes with when: only/],
  ["{ runFailed: any, clearAfter: 1 s, notify: [] }", /^5:\d+: clearAfter: goes with when: and lost: only/],
  ["{ lost: counter, notify: [ofice] }", /^5:\d+: there is no notifier "ofice"/],
])("an alarm %s is a mistake, which is told where it stands", async (entry, mistake) => {
  expect(await mistakes(`alarms:\n  high: ${entry}\n`)).toEqual([expect.stringMatching(mistake)]);
});

const mail = "host: smtp.lab.example, from: bench@lab.example, to: [ada@lab.example]";
test.each([
  ["{}", /^5:\d+: it needs one of mail:, webhook:$/],
  [`{ mail: { ${mail}, password: s3cret } }`, /^5:\d+: there is no setting "password"/],
  [
    `{ mail: { ${mail}, user: bench } }`,
    /^5:\d+: bench needs a password: add passwordFile:, passwordVariable: or passwordCredential:$/,
  ],
  [`{ mail: { ${mail}, passwordFile: ./p } }`, /^5:\d+: nobody has that password: add user:/],
  [
    `{ mail: { ${mail}, user: b, passwordFile: ./p, passwordVariable: P } }`,
    /^5:\d+: passwordFile: says where it is already/,
  ],
  [
    `{ mail: { ${mail}, user: b, passwordFile: ./p, tls: none } }`,
    /^5:\d+: without TLS everybody on the way could read/,
  ],
  ["{ mail: { host: a, from: bench@lab.example, to: [] } }", /^5:\d+: "to" must not have fewer than 1 items/],
  ["{ mail: { host: a, from: bench, to: [ada@lab.example] } }", /^5:\d+: "from" must be a mail address/],
  ['{ mail: { host: a, from: a@b, to: ["a@b, c@d"] } }', /^5:\d+: "to" must be a mail address/],
  ["{ webhook: {} }", /^5:\d+: it needs one of url:, urlFile:, urlVariable:, urlCredential:$/],
  ["{ webhook: { url: ftp://a/ } }", /^5:\d+: "url" has to begin with https:\/\/ and name a host$/],
  [
    "{ webhook: { url: https://a:s3cret@b/ } }",
    /^5:\d+: "url" holds a name or a password: put a token into tokenFile:$/,
  ],
  ["{ webhook: { url: http://b/, tokenFile: ./t } }", /^5:\d+: "url" is none of https:/],
])("a notifier %s is a mistake, which is told where it stands and without a secret", async (entry, mistake) => {
  const told = await mistakes(`notifiers:\n  chat: ${entry}\n`);
  expect(told).toEqual([expect.stringMatching(mistake)]);
  expect(told.join()).not.toContain("s3cret");
});

test("names are those of paths and messages, and no more of them than anybody could oversee", async () => {
  expect(await mistakes("schedules:\n  Night: { every: 1 h, invoke: counter.noop }\n")).toEqual([
    expect.stringMatching(/"Night" cannot be the name of a schedule: small letters/),
  ]);
  const many = Array.from({ length: 101 }, (_, n) => `  a${n}: { lost: counter, notify: [] }\n`);
  expect(await mistakes(`alarms:\n${many.join("")}`)).toEqual([
    expect.stringMatching(/there may be 100 entries, no more/),
  ]);
});
