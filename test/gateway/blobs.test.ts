import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Blob, type BlobValue, blob, defineThing, sleep, Type } from "benchd/driver";
import { openBench } from "benchd/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../journal/fixture.ts";
import { openGateway } from "./fixture.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const Text = Blob({ mediaType: "text/plain" });

const recorder = defineThing({
  title: "Recorder",
  config: Type.Object({}),
  actions: {
    record: { title: "Make one", input: Type.Object({ text: Type.String({ default: "recorded" }) }), output: Text },
    slow: { title: "Make one, and take long to return it", output: Text },
    read: {
      title: "Read one",
      input: Type.Object({ blob: Text, waitMs: Type.Number({ default: 0 }) }),
      output: Type.String(),
      restartWithinMs: 60_000,
    },
  },
  async open() {
    const make = (text: string) => blob(bytes(text), { mediaType: "text/plain", name: "notes.txt" });
    return {
      invoke: {
        record: ({ text }) => make(text),
        async slow() {
          const made = await make("nobody will be told of this");
          await sleep(1e9);
          return made;
        },
        async read({ blob: given, waitMs }) {
          await sleep(waitMs);
          return Buffer.from(await given.bytes()).toString();
        },
      },
    };
  },
});

async function live(stateDirectory: string) {
  const bench = await openBench({ recorder: { definition: recorder } }, { stateDirectory });
  onTestFinished(() => bench.close());
  const folder = join(stateDirectory, "blobs");
  return {
    bench,
    folder,
    files: () => readdirSync(folder).sort(),
    record: async (text?: string) => (await bench.run("recorder", "record", { text })).output as BlobValue,
    async content(id: string) {
      const input = { blob: { href: `/blob/${id}`, media_type: "text/plain" } };
      return (await bench.run("recorder", "read", input)).output;
    },
  };
}

const filesOf = ({ id }: { readonly id: string }) => [`${id}.blob`, `${id}.json`];

/** What a process leaves behind that is killed now. */
function killed(stateDirectory: string): string {
  const copy = temporaryFolder();
  cpSync(stateDirectory, copy, { recursive: true });
  return copy;
}

describe("after a restart", () => {
  it("the blobs of invocations in the history are there, with all that was told of them", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const blobs = [await before.record("one"), await before.record("two")];
    await before.bench.close();
    const { bench, content, record } = await live(state);
    const [one, two] = await Promise.all(blobs.map(({ id }) => content(id)));
    expect([one, two]).toEqual(["one", "two"]);
    const open = await bench.gateway.blobs.open(blobs[0]?.id ?? "");
    expect(open?.about).toMatchObject({ mediaType: "text/plain", name: "notes.txt", size: 3 });
    await open?.close();
    expect(await content((await record("three")).id)).toBe("three");
  });

  it("what a killed invocation has made is gone, as are drafts, and files that nobody knows (F01)", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const kept = await before.record();
    before.bench.start("recorder", "slow");
    await before.bench.clock.advance(10);
    await expect.poll(before.files).toHaveLength(4);
    const left = killed(state);
    const at = (name: string) => join(left, "blobs", name);
    const id = "0a0b0c0d-0000-4000-8000-000000000000";
    writeFileSync(at(`${id}.tmp`), "half");
    writeFileSync(at("1a0b0c0d-0000-4000-8000-000000000000.blob"), "told of nowhere");
    writeFileSync(at("2a0b0c0d-0000-4000-8000-000000000000.json"), "{}");
    cpSync(at(`${kept.id}.blob`), at("3a0b0c0d-0000-4000-8000-000000000000.blob"));
    cpSync(at(`${kept.id}.json`), at("3a0b0c0d-0000-4000-8000-000000000000.json"));
    const { files, content } = await live(left);
    expect(files()).toEqual(filesOf(kept));
    expect(await content(kept.id)).toBe("recorded");
  });

  it("a blob whose bytes a power cut has taken is not taken for one", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const { id } = await before.record();
    await before.bench.close();
    writeFileSync(join(before.folder, `${id}.blob`), "");
    const { bench, files } = await live(state);
    expect([await bench.gateway.blobs.open(id), files()]).toEqual([undefined, []]);
  });

  it("links and files of others in the folder are left alone, and never sent", async () => {
    const state = temporaryFolder();
    const folder = join(state, "blobs");
    const secret = join(state, "secret");
    writeFileSync(secret, "secret");
    mkdirSync(folder);
    const id = "0a0b0c0d-0000-4000-8000-000000000000";
    symlinkSync(secret, join(folder, `${id}.blob`));
    writeFileSync(join(folder, "README"), "not ours");
    const { bench, files } = await live(state);
    expect(files()).toEqual([`${id}.blob`, "README"]);
    expect(await bench.gateway.blobs.open(id)).toBeUndefined();
    expect(readFileSync(secret, "utf8")).toBe("secret");
  });

  it("a blob of which nobody can read what is told is left alone", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const { id } = await before.record();
    await before.bench.close();
    const told = join(before.folder, `${id}.json`);
    rmSync(told);
    mkdirSync(told);
    const { bench, files } = await live(state);
    expect(files()).toEqual([`${id}.blob`, `${id}.json`]);
    expect(await bench.gateway.blobs.open(id)).toBeUndefined();
    expect(bench.logged.join()).toContain(`the blob ${id} cannot be read`);
  });

  it("a link that has taken the place of a blob is not followed", async () => {
    const state = temporaryFolder();
    const { bench, record, folder } = await live(state);
    const { id } = await record("123456");
    writeFileSync(join(state, "secret"), "secret");
    rmSync(join(folder, `${id}.blob`));
    symlinkSync(join(state, "secret"), join(folder, `${id}.blob`));
    expect(await bench.gateway.blobs.open(id)).toBeUndefined();
  });

  it("blobs outlive a history that was damaged and begun anew", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const { id } = await before.record();
    await before.bench.close();
    for (const suffix of ["-wal", "-shm"]) rmSync(join(state, `history.db${suffix}`), { force: true });
    writeFileSync(join(state, "history.db"), "no database at all, ".repeat(500));
    const { content } = await live(state);
    expect(await content(id)).toBe("recorded");
  });

  it("what still waits finds the blob that it was given", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const { id } = await before.record();
    const input = { blob: { href: `/blob/${id}`, media_type: "text/plain" } };
    before.bench.start("recorder", "slow");
    const waiting = before.bench.start("recorder", "read", input);
    await before.bench.clock.advance(10);
    await before.bench.gateway.acknowledged(waiting);
    const { bench } = await live(killed(state));
    const again = await bench.gateway.invocations.find(waiting.id, "history");
    await bench.clock.until(again?.ended ?? Promise.reject(new Error("it is not there")));
    expect([again?.status, again?.output]).toEqual(["completed", "recorded"]);
  });

  it("what still waits for a blob that is gone is cancelled, and says why", async () => {
    const state = temporaryFolder();
    const before = await live(state);
    const { id } = await before.record();
    before.bench.start("recorder", "slow");
    const waiting = before.bench.start("recorder", "read", { blob: { href: `/blob/${id}`, media_type: "text/plain" } });
    await before.bench.clock.advance(10);
    await before.bench.gateway.acknowledged(waiting);
    const left = killed(state);
    rmSync(join(left, "blobs", `${id}.blob`));
    const { bench } = await live(left);
    const again = await bench.gateway.invocations.find(waiting.id, "history");
    expect([again?.status, again?.reason, again?.error?.message]).toEqual([
      "cancelled",
      "restart",
      expect.stringContaining("wasn't found"),
    ]);
  });
});

it("without a state directory nothing is written anywhere", async () => {
  const bench = await openBench({ recorder: { definition: recorder } });
  const { output } = await bench.run("recorder", "record", {});
  expect([bench.gateway.blobs.extent.count, existsSync("blobs")]).toEqual([1, false]);
  expect(Buffer.from(await (output as BlobValue).bytes()).toString()).toBe("recorded");
  await bench.close();
});

it("a blob that was given to an action that waits stays until that has read it, others go", async () => {
  const { gateway, clock } = await openGateway(
    "blobs: { count: 2 }\nthings: { counter: { driver: counter }, camera: { driver: camera } }",
  );
  const ask = (thing: string, action: string, input?: unknown) =>
    gateway.thing(thing).invoke(action, input, { requestedBy: "test" });
  const snapshot = async () => {
    const picture = ask("camera", "snapshot");
    await clock.until(picture.ended);
    return (picture.output as BlobValue).id;
  };
  const made = ask("counter", "make_blob");
  await clock.until(made.ended);
  const { id } = made.output as BlobValue;
  ask("counter", "slow_count", { n: 1 });
  const reading = ask("counter", "read_blob", { blob: { href: `/blob/${id}`, media_type: "text/plain" } });
  const [first, second] = [await snapshot(), await snapshot()];
  expect([gateway.blobs.extent.count, await gateway.blobs.open(first)]).toEqual([2, undefined]);
  await clock.until(reading.ended);
  expect([reading.status, reading.output]).toEqual(["completed", 11]);
  await snapshot();
  expect(await gateway.blobs.open(id)).toBeUndefined();
  expect((await gateway.blobs.open(second))?.about.mediaType).toBe("image/jpeg");
  await clock.until(gateway.close());
});
