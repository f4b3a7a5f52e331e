import { Blob, type BlobValue, blob, defineThing, shield, sleep, Type } from "benchd/driver";
import { openBench, openThing } from "benchd/testing";
import { expect, onTestFinished, test } from "vitest";
import { checkDefinition } from "../../src/thing/check-definition.ts";

const bytes = (content: string) => new TextEncoder().encode(content);
const TextBlob = Blob({ mediaType: "text/plain" });
const Picture = Blob({ mediaType: "image/*" });

/** What was said to an action that had been cut off. */
let refused: unknown;

const recorder = defineThing({
  title: "Recorder",
  config: Type.Object({}),
  actions: {
    record: { title: "Make one", output: TextBlob },
    slow: { title: "Make one, wait, and return it", output: TextBlob },
    stubborn: { title: "Make one, whatever anybody wants", output: TextBlob },
    many: { title: "Make some", output: Type.Object({ all: Type.Array(TextBlob), none: Type.Optional(TextBlob) }) },
    pretend: { title: "Return something else", output: TextBlob },
    wrong: { title: "Return another type", output: Picture },
    read: {
      title: "Read what is given",
      input: Type.Object({
        one: Type.Optional(TextBlob),
        list: Type.Array(TextBlob, { default: [] }),
        table: Type.Record(Type.String(), TextBlob, { default: {} }),
        either: Type.Optional(Type.Union([Picture, TextBlob, Type.Null()])),
      }),
      output: Type.Array(Type.String()),
    },
    copy: { title: "Return what is given", input: Type.Object({ one: TextBlob }), output: TextBlob },
  },
  async open() {
    const make = (content: string, mediaType = "text/plain") => blob(bytes(content), { mediaType });
    const content = async (one: BlobValue) => Buffer.from(await one.bytes()).toString();
    return {
      invoke: {
        record: () => make("recorded"),
        async slow() {
          const made = await make("slow");
          await sleep(1000);
          return made;
        },
        async stubborn() {
          await shield(() => sleep(20_000)).catch(() => {});
          return make("too late").catch((error: unknown) => {
            refused = error;
            throw error;
          });
        },
        many: async () => ({ all: [await make("one"), await make("two")] }),
        pretend: () => ({ href: "/blob/x", media_type: "text/plain" }) as never,
        wrong: () => make("no picture"),
        read: ({ one, list, table, either }) =>
          Promise.all(
            [one, ...list, ...Object.values(table), either].flatMap((given) => (given ? [content(given)] : [])),
          ),
        copy: ({ one }) => one,
      },
    };
  },
});

async function open() {
  const { bench, thing } = await openThing({ definition: recorder });
  onTestFinished(() => bench.close());
  const run = (action: string, input?: unknown) => bench.run("thing", action, input);
  const sent = async (action = "record") => {
    const { id, mediaType } = (await run(action)).output as BlobValue;
    return { id, href: `http://bench.example:5000/api/blob/${id}`, media_type: mediaType };
  };
  return { bench, thing, run, sent };
}

test("an action returns blobs, and takes them wherever its schema has some", async () => {
  const { run, sent } = await open();
  const one = await sent();
  const { all } = (await run("many")).output as { all: readonly BlobValue[] };
  const [first, second] = all.map(({ id }) => ({ href: `/blob/${id}`, media_type: "text/plain" }));
  const { output } = await run("read", { one, list: [first, second], table: { "a/b~c": one }, either: second });
  expect(output).toEqual(["recorded", "one", "two", "recorded", "two"]);
});

test("the record of an invocation tells of a blob by its id, and of its input as it came", async () => {
  const { run, sent } = await open();
  const { id, ...one } = await sent();
  const { input, output } = await run("copy", { one });
  expect(JSON.parse(JSON.stringify([input, output]))).toEqual([
    { one },
    { "benchd:blob": id, media_type: "text/plain", size: 8 },
  ]);
});

test.each([
  ["none of ours", "http://elsewhere.example/picture.jpg", "href is not that of a blob of this gateway."],
  ["a path out of the folder", "/blob/../../../etc/passwd", "href is not that of a blob of this gateway."],
  [
    "an id with a path",
    "/blob/00000000-0000-4000-8000-000000000000/../x",
    "href is not that of a blob of this gateway.",
  ],
  [
    "an id that nobody knows",
    "/blob/00000000-0000-4000-8000-000000000001",
    "Blob ID 00000000-0000-4000-8000-000000000001 wasn't found on this server.",
  ],
])("an input with %s is refused at once", async (_, href, message) => {
  const { run } = await open();
  await expect(async () => run("read", { list: [{ href, media_type: "text/plain" }] })).rejects.toMatchObject({
    code: "BENCHD_INPUT",
    issues: [{ path: "/list/0", keyword: "blob", message }],
  });
});

test("an input with a blob of another type than is wanted is refused, whatever it calls itself", async () => {
  const { bench, sent } = await open();
  const { href } = await sent();
  const bigger = defineThing({
    title: "Viewer",
    config: Type.Object({}),
    actions: { show: { title: "Show", input: Type.Object({ picture: Picture }) } },
    open: async () => ({ invoke: { show() {} } }),
  });
  const other = await openBench({ viewer: { definition: bigger }, recorder: { definition: recorder } });
  const { id } = (await other.run("recorder", "record")).output as BlobValue;
  const input = { picture: { href: `/blob/${id}`, media_type: "image/png" } };
  expect(() => other.start("viewer", "show", input)).toThrow("is text/plain, and image/* is wanted");
  // And one bench does not know the blobs of another.
  expect(() => other.start("viewer", "show", { picture: { href, media_type: "image/png" } })).toThrow("wasn't found");
  await other.close();
  expect(bench.gateway.blobs.extent.count).toBe(1);
});

test.each([
  ["pretend", "has to be a blob: make it with blob()"],
  ["wrong", "is a blob of text/plain, and image/* was promised"],
])("%s: what is not the blob that was promised ends the action as an error", async (action, why) => {
  const { bench, run } = await open();
  const { status, error } = await run(action);
  expect([status, error?.name, error?.message]).toEqual(["error", "OutputError", expect.stringContaining(why)]);
  expect(bench.gateway.blobs.extent).toEqual({ count: 0, bytes: 0 });
});

test("an invocation that is cancelled, or cut off, leaves no blob", async () => {
  const { bench } = await open();
  const slow = bench.start("thing", "slow");
  await bench.clock.advance(500);
  expect(bench.gateway.blobs.extent.count).toBe(1);
  await bench.cancel(slow);
  await bench.ended(slow);
  const again = bench.start("thing", "slow");
  await bench.clock.advance(500);
  void bench.gateway.emergencyStop.press("a test", "to see");
  await bench.ended(again);
  await bench.clock.advance(2000);
  expect([slow.status, again.status, bench.gateway.blobs.extent]).toEqual([
    "cancelled",
    "cancelled",
    { count: 0, bytes: 0 },
  ]);
});

test("an action that was cut off, and goes on all the same, makes no blob", async () => {
  const { bench } = await open();
  const stubborn = bench.start("thing", "stubborn");
  await bench.clock.advance(100);
  await bench.cancel(stubborn);
  await bench.ended(stubborn);
  await bench.clock.advance(30_000);
  expect([stubborn.forced, refused, bench.gateway.blobs.extent.count]).toEqual([
    true,
    expect.objectContaining({ code: "BENCHD_FENCED" }),
    0,
  ]);
});

test("a blob is handed from Thing to Thing within one invocation, and what is not returned goes with it", async () => {
  const composite = defineThing({
    title: "Composite",
    config: Type.Object({}),
    uses: { recorder },
    actions: { work: { title: "Work", output: Type.Object({ copy: TextBlob, read: Type.Array(Type.String()) }) } },
    async open({ things }) {
      return {
        invoke: {
          async work() {
            const [one, other] = [await things.recorder.invoke.record(), await things.recorder.invoke.record()];
            const read = await things.recorder.invoke.read({ one, list: [other], table: {} });
            return { copy: await things.recorder.invoke.copy({ one }), read };
          },
        },
      };
    },
  });
  const bench = await openBench({
    recorder: { definition: recorder },
    both: { definition: composite, uses: { recorder: "recorder" } },
  });
  const { status, output, error } = await bench.run("both", "work");
  expect([status, error, output]).toEqual([
    "completed",
    undefined,
    { copy: expect.objectContaining({ size: 8 }), read: ["recorded", "recorded"] },
  ]);
  expect(bench.gateway.blobs.extent.count).toBe(1);
  await bench.close();
});

test("a blob is made below an action, and nowhere else", async () => {
  await expect(blob(bytes("x"), { mediaType: "a/b" })).rejects.toMatchObject({ code: "BENCHD_DEFINITION" });
});

test.each([
  ["a property", { properties: { p: { title: "P", schema: TextBlob } } }, "property p: schema: only the input"],
  ["an event", { events: { e: { title: "E", data: Type.Object({ b: TextBlob }) } } }, "event e: data: only the input"],
  ["the configuration", { config: Type.Object({ b: TextBlob }) }, "config: only the input"],
  ["the whole input", { actions: { a: { title: "A", input: TextBlob } } }, "action a: input must be an object"],
])("a definition with a blob as %s is refused", (_, part, why) => {
  const definition = { title: "T", config: Type.Object({}), open: async () => ({}), ...part };
  expect(() => checkDefinition(definition, "x")).toThrow(why);
});
