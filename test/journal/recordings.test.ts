import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { StorageError } from "../../src/errors.ts";
import type { RecordingAbout } from "../../src/journal/recordings/about.ts";
import { type RecordingBounds, recordingBounds } from "../../src/journal/recordings/bounds.ts";
import { FileRecordings } from "../../src/journal/recordings/file-shelf.ts";
import { KeptRecordings } from "../../src/journal/recordings/kept-recordings.ts";
import { temporaryFolder } from "./fixture.ts";

const head = "# recording: test\ntime,elapsed [s],ph.ph [pH],gap\n";
const row = (n: number) => `2026-11-20T10:00:0${n}.000Z,${n}.000,7,\n`;
const stopped = { at: Date.now(), how: "stopped", why: "enough", rows: 1, gaps: 0 } as const;

let count = 0;
const about = (more: Partial<RecordingAbout> = {}): RecordingAbout => ({
  ...{ id: `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`, name: "test", things: ["ph"] },
  ...{ columns: [{ title: "ph.ph [pH]", property: "ph.ph", path: [], kind: "number" as const }] },
  ...{ everyMs: 1000, forMs: null, run: null, configured: null, by: "ada", startedAt: Date.now(), clockTrusted: true },
  ...{ end: null, ...more },
});

/** Recordings in a folder, on a disk that may be full. */
async function open(folder: string, bounds: Partial<RecordingBounds> = {}) {
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const disk = { full: false, free: Number.POSITIVE_INFINITY };
  const shelf = new FileRecordings(folder, (level, message) => void logged.push(`${level} ${message}`));
  const create = shelf.create.bind(shelf);
  shelf.create = (id) => {
    const file = create(id);
    const write: typeof file.write = async (bytes, at) => {
      // As a disk does that becomes full in the middle of it.
      if (disk.full) await file.write(bytes.subarray(0, 5), at);
      if (disk.full) throw new StorageError("ENOSPC: no space left on device");
      await file.write(bytes, at);
    };
    return { ...file, write };
  };
  shelf.free = async () => disk.free;
  const log = (level: string, message: string) => void logged.push(`${level} ${message}`);
  const kept = await KeptRecordings.open({ shelf, bounds: recordingBounds("recordings", bounds), clock, log });
  onTestFinished(() => kept.close());
  const text = async (id: string) => {
    const file = await kept.open(id);
    const pieces: Uint8Array[] = [];
    for await (const piece of file?.read() ?? []) pieces.push(piece);
    await file?.close();
    return file && Buffer.concat(pieces).toString();
  };
  return { kept, clock, logged, disk, text, begin: (one = about()) => ({ ...one, file: kept.begin(one, head) }) };
}

let folder = "";
beforeEach(() => {
  folder = join(temporaryFolder(), "recordings");
});
const onDisk = (id: string) => readFileSync(join(folder, `${id}.csv`), "utf8");

describe("a recording that goes on", () => {
  it("is on the disk within 5 s", async () => {
    const { begin, clock, kept } = await open(folder);
    const { id, file } = begin();
    file.add(row(0));
    await clock.advance(5000);
    await expect.poll(() => existsSync(join(folder, `${id}.csv`)) && onDisk(id)).toBe(head + row(0));
    expect(kept.find(id)?.end).toBeNull();
  });

  it("is read in whole lines, as far as it was written when that was begun", async () => {
    const { begin, kept, text } = await open(folder);
    const { id, file } = begin();
    file.add(row(0));
    const reading = await kept.open(id);
    file.add(row(1));
    expect(await text(id)).toBe(head + row(0) + row(1));
    const pieces: Uint8Array[] = [];
    for await (const piece of reading?.read() ?? []) pieces.push(piece);
    await reading?.close();
    expect(Buffer.concat(pieces).toString()).toBe(head + row(0));
    expect(reading?.bytes).toBe((head + row(0)).length);
  });

  it("is closed at the next start after a kill, by a row that says so", async () => {
    const first = await open(folder);
    const { id, file } = first.begin();
    file.add(row(0));
    await first.text(id);
    const { kept, text, logged } = await open(folder);
    expect(kept.find(id)?.end).toMatchObject({ at: null, how: "interrupted", rows: null });
    const lines = ((await text(id)) ?? "").split("\n");
    expect(lines.slice(0, 3)).toEqual((head + row(0)).split("\n").slice(0, 3));
    expect(lines[3]).toMatch(
      /^\d{4}-.*Z,,,the recording ends here: benchd was killed or has lost its power at some time between 2026-11-20T10:00:00.000Z and this$/,
    );
    expect(lines.slice(4)).toEqual([""]);
    expect(logged).toEqual([expect.stringContaining("is closed: benchd was killed, or has lost its power")]);
    // Once.
    const before = onDisk(id);
    await open(folder);
    expect(onDisk(id)).toBe(before);
  });

  it.each([
    ["a line that was not whole", "2026-11-20T10:00:01.0"],
    ["zeros after a power cut", `${row(1).slice(0, 10)}\0\0\0\0\0\n\0\0`],
  ])("loses %s at the next start, and says so", async (_, torn) => {
    const first = await open(folder);
    const { id, file } = first.begin();
    file.add(row(0));
    await first.text(id);
    appendFileSync(join(folder, `${id}.csv`), torn);
    const { text } = await open(folder);
    const lines = ((await text(id)) ?? "").split("\n");
    expect(`${lines.slice(0, 3).join("\n")}\n`).toBe(head + row(0));
    expect(lines[3]).toMatch(/the last line was not whole and is cut"$/);
    expect(lines.slice(4)).toEqual([""]);
  });

  it.each([0, 10, head.length - 3, head.length])(
    "can be cut after %i bytes, and is listed all the same",
    async (bytes) => {
      const first = await open(folder);
      const { id } = first.begin();
      await first.text(id);
      truncateSync(join(folder, `${id}.csv`), bytes);
      const { kept } = await open(folder);
      expect(kept.find(id)?.end?.how).toBe("interrupted");
      expect(onDisk(id)).toMatch(/^$|\n$/);
    },
  );
});

describe("a disk", () => {
  it("that is full for a while loses nothing that it has taken, and what waited is there once it takes it", async () => {
    const { begin, clock, disk, text, logged, kept } = await open(folder);
    const { id, file } = begin();
    file.add(row(0));
    await text(id);
    disk.full = true;
    file.add(row(1));
    await clock.advance(10_000);
    await expect.poll(() => logged.length).toBe(1);
    expect(kept.problem).toContain("ENOSPC");
    // Half a line is on the disk; nobody reads it.
    expect(await text(id)).toBe(head + row(0));
    disk.full = false;
    file.add(row(2));
    expect(await text(id)).toBe(head + row(0) + row(1) + row(2));
    expect(onDisk(id)).toBe(head + row(0) + row(1) + row(2));
    expect(logged).toEqual([
      expect.stringContaining("error recordings cannot be written: ENOSPC"),
      "info recordings can be written again",
    ]);
  });

  it("that takes nothing lets no more than 256 KiB wait", async () => {
    const { begin, disk } = await open(folder);
    disk.full = true;
    const { file } = begin();
    let waiting = 0;
    for (; file.takes(row(0).length); waiting += row(0).length) file.add(row(0));
    expect(waiting).toBeGreaterThan(255 * 1024);
    expect(waiting).toBeLessThanOrEqual(256 * 1024);
  });

  it("with little room is left to the history", async () => {
    const { begin, clock, disk, text, kept } = await open(folder, { minFreeBytes: 1000 });
    const { id, file } = begin();
    await text(id);
    disk.free = 999;
    file.add(row(0));
    await clock.advance(5000);
    await expect.poll(() => kept.problem).toContain("are left to the history");
    disk.free = 1000;
    await clock.advance(5000);
    await expect.poll(() => onDisk(id)).toBe(head + row(0));
  });

  it("that fails at the end of a recording leaves one that the next start closes", async () => {
    const first = await open(folder);
    const { id, file } = first.begin();
    await first.text(id);
    first.disk.full = true;
    file.add(row(0));
    await file.end(stopped);
    expect(first.kept.find(id)?.end?.how).toBe("stopped");
    expect(first.logged.at(-1)).toContain("has ended, and that cannot be written");
    const { kept } = await open(folder);
    expect(kept.find(id)?.end?.how).toBe("interrupted");
    expect(onDisk(id).startsWith(head)).toBe(true);
  });
});

describe("of those that are kept", () => {
  const ended = async (bench: Awaited<ReturnType<typeof open>>, more: Partial<RecordingAbout> = {}) => {
    const { id, file } = bench.begin(about(more));
    file.add(row(0));
    await file.end(stopped);
    return id;
  };

  it("the oldest that have ended go when there are too many; what goes on, or is read, stays", async () => {
    const bench = await open(folder, { count: 3 });
    const going = bench.begin();
    const read = await ended(bench);
    const reader = await bench.kept.open(read);
    const oldest = await ended(bench);
    const newest = await ended(bench);
    expect(bench.kept.all.map(({ id }) => id)).toEqual([going.id, read, newest]);
    await expect.poll(() => existsSync(join(folder, `${oldest}.csv`))).toBe(false);
    await reader?.close();
  });

  it("another number, and another size, hold from then on, also for what goes on", async () => {
    const bench = await open(folder, { count: 3 });
    const ids = [await ended(bench), await ended(bench), await ended(bench)];
    bench.kept.keepWithin(recordingBounds("recordings", { count: 2 }));
    expect(bench.kept.all).toHaveLength(3);
    const going = bench.begin();
    expect(bench.kept.all.map(({ id }) => id)).toEqual([ids[2], going.id]);
    expect(going.file.isFull(10)).toBe(false);
    bench.kept.keepWithin(recordingBounds("recordings", { maxBytes: head.length + 9 }));
    expect(going.file.isFull(10)).toBe(true);
    bench.disk.free = 100;
    bench.kept.keepWithin(recordingBounds("recordings", { minFreeBytes: 200 }));
    await bench.clock.advance(5000);
    await expect.poll(() => bench.kept.problem).toMatch(/free|disk/);
  });

  it("none goes for another when all are in use: that one is refused", async () => {
    const bench = await open(folder, { count: 1 });
    bench.begin();
    expect(() => bench.begin()).toThrow(StorageError);
  });

  it("the oldest go when they have too many bytes", async () => {
    const bytes = (head + row(0)).length;
    const bench = await open(folder, { bytes: 2 * bytes + 10 });
    await ended(bench);
    const [second, third] = [await ended(bench), await ended(bench)];
    bench.begin();
    expect(bench.kept.all.slice(0, 2).map(({ id }) => id)).toEqual([second, third]);
    expect(bench.kept.extent.bytes).toBeLessThanOrEqual(3 * bytes);
  });

  it("the aged go, unless nobody knew what time it was", async () => {
    const bench = await open(folder, { days: 1 });
    const old = Date.now() - 2 * 24 * 60 * 60 * 1000;
    const aged = { ...stopped, at: old };
    const [known, unknown] = [bench.begin(), bench.begin(about({ clockTrusted: false }))];
    await known.file.end(aged);
    await unknown.file.end(aged);
    await bench.clock.advance(60 * 60 * 1000);
    expect(bench.kept.all.map(({ id }) => id)).toEqual([unknown.id]);
  });

  it("one that is removed is gone, with both its files; what goes on is not removed", async () => {
    const bench = await open(folder);
    const going = bench.begin();
    const id = await ended(bench);
    expect([bench.kept.remove(going.id), bench.kept.remove(id)]).toEqual([false, true]);
    await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith(id))).toEqual([]);
  });

  it("one whose file somebody has removed is told of no more", async () => {
    const bench = await open(folder);
    const id = await ended(bench);
    rmSync(join(folder, `${id}.csv`));
    expect(await bench.kept.open(id)).toBeUndefined();
    expect(bench.kept.find(id)).toBeUndefined();
  });

  it("files of others, and of which nothing is told, are left alone", async () => {
    const bench = await open(folder);
    const id = await ended(bench);
    const strange = id.replace("0000", "0001");
    writeFileSync(join(folder, "notes.txt"), "mine");
    writeFileSync(join(folder, `${strange}.csv`), head);
    writeFileSync(join(folder, `${strange.replace("0001", "0002")}.json`), "{}");
    const { kept, logged } = await open(folder);
    expect(kept.all.map((one) => one.id)).toEqual([id]);
    expect(readdirSync(folder).sort()).toEqual([`${id}.csv`, `${id}.json`, `${strange}.csv`, "notes.txt"].sort());
    expect(logged).toEqual([expect.stringContaining(`${strange}.csv is told of nowhere`)]);
  });
});
