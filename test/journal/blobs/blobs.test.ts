import { existsSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MemoryShelf } from "../../../src/journal/blobs/memory-shelf.ts";
import type { BlobAbout } from "../../../src/journal/blobs/shelf.ts";
import { temporaryFolder } from "../fixture.ts";
import { openBlobs, read, text } from "./fixture.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe.each(["disk", "memory"] as const)("a blob on %s", (where) => {
  it("is what it was made of, whole and in part", async () => {
    const { blobs, keep } = openBlobs(where);
    const blob = await keep(text("some bytes\n"), { mediaType: "text/plain", name: "notes.txt" });
    expect([blob.mediaType, blob.name, blob.size]).toEqual(["text/plain", "notes.txt", 11]);
    expect(Buffer.from(await blob.bytes()).toString()).toBe("some bytes\n");
    expect(await read(blobs, blob.id, 5, 10)).toBe("bytes");
  });

  it("may be made of pieces that come one after the other, and of none", async () => {
    const { blobs, keep } = openBlobs(where);
    const piece = text("..");
    async function* pieces() {
      for (const letter of "abc") {
        piece.set(text(`${letter} `));
        yield piece;
        await tick();
      }
    }
    const blob = await keep(pieces());
    expect(await read(blobs, blob.id)).toBe("a b c ");
    expect(await read(blobs, blob.id, 1, 4)).toBe(" b ");
    expect(await read(blobs, (await keep([])).id)).toBe("");
  });

  it.each([
    ["text", "some text" as never],
    ["a list of numbers", [1, 2] as never],
    ["nothing", undefined as never],
  ])("is not made of %s", async (_, source) => {
    const { blobs, begin } = openBlobs(where);
    await expect(begin().make(source)).rejects.toThrow("a blob is made of");
    expect(blobs.extent).toEqual({ count: 0, bytes: 0 });
  });

  it.each(["jpeg", "image/", "text/plain\r\nx: y", "text/html; <script>", `a/${"x".repeat(100)}`])(
    "has no media type like %j",
    async (mediaType) => {
      await expect(async () => openBlobs(where).begin().make(text("x"), { mediaType })).rejects.toThrow("mediaType");
    },
  );

  it("that is too large is refused as it comes, and nothing of it stays (F08)", async () => {
    const { blobs, begin, files } = openBlobs(where, { bounds: { maxBytes: 1000 } });
    let asked = 0;
    let ended = false;
    function* endless() {
      try {
        for (;;) {
          asked++;
          yield new Uint8Array(300);
        }
      } finally {
        ended = true;
      }
    }
    await expect(begin().make(endless())).rejects.toMatchObject({ code: "BENCHD_OUTPUT" });
    expect([asked, ended]).toEqual([4, true]);
    expect([blobs.extent, files()]).toEqual([{ count: 0, bytes: 0 }, []]);
  });

  it("goes when its invocation ends without telling of it", async () => {
    const { blobs, begin, files } = openBlobs(where);
    const run = begin();
    const [kept, dropped] = [await run.make(text("kept")), await run.make(text("dropped"))];
    run.end([{ deep: kept }]);
    expect([await read(blobs, kept.id), await read(blobs, dropped.id)]).toEqual(["kept", undefined]);
    await tick();
    if (where === "disk") await expect.poll(files).toEqual([`${kept.id}.blob`, `${kept.id}.json`]);
    expect(blobs.extent).toEqual({ count: 1, bytes: 4 });
  });

  it("is not made by work that is cut off, before, in the middle or at its end", async () => {
    const { blobs, begin, files } = openBlobs(where);
    const before = begin();
    before.breakOff();
    await expect(async () => before.make(text("late"))).rejects.toThrow("cut off");
    const middle = begin();
    async function* cutOff() {
      yield text("first");
      middle.breakOff();
      yield text("second");
    }
    await expect(middle.make(cutOff())).rejects.toThrow("cut off");
    const end = begin();
    const making = end.make(text("all of it"));
    end.breakOff();
    await expect(making).rejects.toThrow("cut off");
    await expect.poll(() => [blobs.extent, files()]).toEqual([{ count: 0, bytes: 0 }, []]);
  });

  it("whose pieces never come keeps nobody from a cancel", async () => {
    const { blobs, begin, files } = openBlobs(where);
    const run = begin();
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const making = run.make(stuck);
    await tick();
    run.cancel();
    await expect(making).rejects.toThrow("cancelled");
    await expect.poll(() => [blobs.extent, files()]).toEqual([{ count: 0, bytes: 0 }, []]);
  });

  it("gives way to newer ones, the oldest first, among thousands of small ones", async () => {
    const { blobs, keep } = openBlobs(where, { bounds: { count: 100, bytes: 1000 } });
    const ids: string[] = [];
    for (let n = 0; n < (where === "disk" ? 500 : 5000); n++) {
      ids.push((await keep(text(String(n).padStart(8)))).id);
      expect(blobs.extent.count).toBeLessThanOrEqual(100);
      expect(blobs.extent.bytes).toBeLessThanOrEqual(1000);
    }
    expect(ids.map((id) => blobs.find(id) !== undefined).lastIndexOf(false)).toBe(ids.length - 101);
    await keep(text("x".repeat(900)));
    expect(blobs.extent).toEqual({ count: 13, bytes: 996 });
  });

  it("stays while it is read, given to somebody, or not returned yet, whatever has to give way", async () => {
    const { blobs, begin, keep } = openBlobs(where, { bounds: { count: 3 } });
    const made = await begin().make(text("made"));
    const [given, watched] = [await keep(text("given")), await keep(text("read"))];
    const release = blobs.hold([given.id]);
    const open = await blobs.open(watched.id);
    await expect(begin().make(text("more"))).rejects.toMatchObject({ code: "BENCHD_STORAGE" });
    release();
    await keep(text("more"));
    expect([made, given, watched].map(({ id }) => blobs.find(id) !== undefined)).toEqual([true, false, true]);
    const pieces: Uint8Array[] = [];
    for await (const piece of open?.read() ?? []) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe("read");
    await open?.close();
    await open?.close();
    await keep(text("and more"));
    expect(blobs.find(watched.id)).toBeUndefined();
  });

  it("that is read while its invocation ends without it goes when it has been read", async () => {
    const { blobs, begin } = openBlobs(where);
    const run = begin();
    const blob = await run.make(text("for nobody"));
    const open = await blobs.open(blob.id);
    run.end();
    expect([blobs.find(blob.id), blobs.extent.count]).toEqual([undefined, 1]);
    await open?.close();
    expect(blobs.extent.count).toBe(0);
    await expect(blob.bytes()).rejects.toMatchObject({ code: "BENCHD_NOT_FOUND" });
  });

  it("is read by a hundred at a time", async () => {
    const { blobs, keep } = openBlobs(where);
    const { id } = await keep(text("much asked for"));
    const all = await Promise.all(Array.from({ length: 100 }, () => blobs.open(id)));
    await expect(blobs.open(id)).rejects.toMatchObject({ code: "BENCHD_LANE_FULL" });
    // Work that was given it is not kept from it.
    expect(Buffer.from((await blobs.find(id)?.bytes()) ?? []).toString()).toBe("much asked for");
    await Promise.all(all.map((one) => one?.close()));
    expect(await read(blobs, id)).toBe("much asked for");
  });
});

it("a blob that is all written, but not yet published, when its work is cut off is none", async () => {
  const shelf = new MemoryShelf();
  let published = () => {};
  const slow = {
    draft(id: string) {
      const draft = shelf.draft(id);
      const publish = async (about: BlobAbout) => {
        await draft.publish(about);
        await new Promise<void>((resolve) => (published = resolve));
      };
      return { ...draft, publish };
    },
    open: (about: BlobAbout) => shelf.open(about),
    remove: (id: string) => shelf.remove(id),
  };
  const { blobs, begin } = openBlobs("memory", { shelf: slow });
  const run = begin();
  const making = run.make(text("too late"));
  await tick();
  run.breakOff();
  await expect(making).rejects.toThrow("cut off");
  published();
  await tick();
  expect(blobs.extent).toEqual({ count: 0, bytes: 0 });
});

const day = 24 * 60 * 60 * 1000;
const about = (n: number, at: number, clockTrusted: boolean) => {
  const id = `00000000-0000-4000-8000-00000000000${n}`;
  return { id, mediaType: "a/b", name: undefined, size: 0, at, clockTrusted, invocation: "i", seq: n };
};

it("blobs go by age, but for those that are held, and those whose age nobody knows", async () => {
  const old = Date.now() - 3 * day;
  const before = [about(1, old, true), about(2, old, false), about(3, old, true), about(4, Date.now(), true)];
  const { blobs, clock } = openBlobs("memory", { before, bounds: { days: 2 } });
  blobs.hold([about(3, 0, true).id]);
  await clock.advance(60 * 60 * 1000);
  expect(before.map(({ id }) => blobs.find(id) !== undefined)).toEqual([false, true, true, true]);
  const unsure = openBlobs("memory", { before, bounds: { days: 2 }, clockTrusted: false });
  await unsure.clock.advance(60 * 60 * 1000);
  expect(unsure.blobs.extent.count).toBe(4);
});

describe("on a disk", () => {
  it("that takes nothing a blob is told as not kept, and nothing half-written stays", async () => {
    const { blobs, begin, files } = openBlobs("disk", { folder: "/nowhere/at/all" });
    await expect(begin().make(text("x"))).rejects.toMatchObject({ code: "BENCHD_STORAGE" });
    expect(blobs.extent).toEqual({ count: 0, bytes: 0 });
    expect(files).toThrow();
  });

  it("the folder is made with the first blob, also when somebody has removed it", async () => {
    const { keep, folder, files } = openBlobs("disk", { folder: join(temporaryFolder(), "blobs") });
    expect(existsSync(folder)).toBe(false);
    await keep(text("one"));
    rmSync(folder, { recursive: true });
    const { id } = await keep(text("two"));
    expect(files()).toEqual([`${id}.blob`, `${id}.json`]);
  });

  it("a blob that somebody has shortened or removed is kept no more", async () => {
    const { blobs, keep, folder, logged } = openBlobs("disk");
    const { id } = await keep(text("some bytes"));
    truncateSync(join(folder, `${id}.blob`), 4);
    expect(await read(blobs, id)).toBeUndefined();
    expect([blobs.find(id), logged.length]).toEqual([undefined, 1]);
  });

  it("a blob that cannot be read now stays, and is read another time", async () => {
    const { blobs, keep, folder } = openBlobs("disk");
    const { id } = await keep(text("some bytes"));
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, "no folder");
    await expect(blobs.open(id)).rejects.toMatchObject({ code: "BENCHD_STORAGE" });
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
    expect(await read(blobs, id)).toBe("some bytes");
  });

  it("where something stands in the way of the last step nothing of the blob stays", async () => {
    const { begin, folder, files } = openBlobs("disk");
    async function* pieces() {
      yield text("x");
      const [draft = ""] = files();
      await mkdir(join(folder, draft.replace(".tmp", ".json")));
      yield text("y");
    }
    await expect(begin().make(pieces())).rejects.toMatchObject({ code: "BENCHD_STORAGE" });
    expect(files().filter((file) => !file.endsWith(".json"))).toEqual([]);
  });
});
