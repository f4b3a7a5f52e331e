import { readdirSync } from "node:fs";
import { onTestFinished } from "vitest";
import { runAs } from "../../../src/context.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { FencedError } from "../../../src/errors.ts";
import { type BlobBounds, blobBounds } from "../../../src/journal/blobs/bounds.ts";
import { FileShelf } from "../../../src/journal/blobs/file-shelf.ts";
import { KeptBlobs } from "../../../src/journal/blobs/kept-blobs.ts";
import { MemoryShelf } from "../../../src/journal/blobs/memory-shelf.ts";
import type { BlobAbout, Shelf } from "../../../src/journal/blobs/shelf.ts";
import { temporaryFolder } from "../fixture.ts";

interface Options {
  readonly bounds?: Partial<BlobBounds>;
  readonly before?: readonly BlobAbout[];
  readonly folder?: string;
  readonly shelf?: Shelf;
  readonly clockTrusted?: boolean;
}

export const text = (content: string) => new TextEncoder().encode(content);

/** Blobs on a disk, or in memory, and work that makes them. */
export function openBlobs(
  where: "disk" | "memory",
  { bounds, before = [], clockTrusted = true, ...more }: Options = {},
) {
  const folder = more.folder ?? temporaryFolder();
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const blobs = new KeptBlobs({
    shelf: more.shelf ?? (where === "disk" ? new FileShelf(folder) : new MemoryShelf()),
    bounds: blobBounds("blobs", { blobs: bounds }),
    before,
    clock,
    clockTrusted: () => clockTrusted,
    log: (level, message) => void logged.push(`${level} ${message}`),
  });
  onTestFinished(() => blobs.close());
  let seq = 0;

  /** Work of an invocation, to be cancelled and fenced. */
  const begin = () => {
    const [cancel, fence] = [new AbortController(), new AbortController()];
    const maker = { id: `invocation-${++seq}`, seq, clockTrusted: true };
    const work = { kind: "run", thing: "camera", clock, signal: cancel.signal, fence: fence.signal, log() {} } as const;
    return {
      maker,
      make: (...[source, options = { mediaType: "text/plain" }]: MakeParameters) =>
        runAs(work, () => blobs.make(source, options, maker)),
      cancel: () => cancel.abort(new FencedError("cancelled")),
      breakOff() {
        fence.abort(new FencedError("cut off"));
        cancel.abort(new FencedError("cut off"));
      },
      end: (output?: unknown) => blobs.settled({ id: maker.id, output }),
    };
  };
  /** A blob of an invocation that has returned it. */
  const keep = async (...parameters: MakeParameters) => {
    const run = begin();
    const blob = await run.make(...parameters);
    run.end({ picture: blob });
    return blob;
  };
  const files = () => readdirSync(folder).sort();
  return { blobs, clock, folder, logged, begin, keep, files };
}

type MakeParameters = [source: Parameters<KeptBlobs["make"]>[0], options?: Parameters<KeptBlobs["make"]>[1]];

export async function read(blobs: KeptBlobs, id: string, start?: number, end?: number): Promise<string | undefined> {
  const open = await blobs.open(id);
  if (!open) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of open.read(start, end)) pieces.push(piece);
  await open.close();
  return Buffer.concat(pieces).toString();
}
