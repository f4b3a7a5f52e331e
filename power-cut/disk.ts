import type { Dice } from "../soak/dice.ts";
import type { Step } from "./trace.ts";

/** What a disk writes at once; a page in the middle of being written is torn between two of them. */
const sector = 512;

type FileStep = { readonly at: number; readonly bytes: Buffer } | { readonly size: number };

/** What a file holds. */
class Image {
  #bytes: Buffer;
  #size: number;

  constructor(bytes = Buffer.alloc(0)) {
    this.#bytes = bytes;
    this.#size = bytes.length;
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  copy(): Image {
    return new Image(Buffer.from(this.content));
  }

  apply(step: FileStep): void {
    const size = "size" in step ? step.size : Math.max(this.#size, step.at + step.bytes.length);
    if (size > this.#bytes.length) {
      const larger = Buffer.alloc(2 * size);
      this.content.copy(larger);
      this.#bytes = larger;
    }
    // What is cut off is gone, also when the file grows again.
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
    if ("bytes" in step) step.bytes.copy(this.#bytes, step.at);
  }
}

/** A file, whatever its name: what is on the disk, and what the system has yet to bring there, in order. */
interface File {
  readonly disk: Image;
  pending: FileStep[];
  /** As whoever reads it sees it: where the next write goes. */
  size: number;
}

type NameStep = { readonly name: string; readonly file: File | undefined };

/** How much of what was not synced reaches the disk all the same. */
export type Luck = "nothing" | "everything" | "anything";

/**
 * A folder whose writes come to the disk when it pleases, in any order and any part, unless they are synced. What happens
 * to names comes in order, as journalling file systems have it, but no sooner than it must.
 */
export class Disk {
  readonly #names = new Map<string, File>();
  readonly #seen = new Map<string, File>();
  #pending: NameStep[] = [];
  /** How many steps of a file were under way when a sync of it began. */
  readonly #syncs = new Map<number, { readonly file: File | undefined; readonly steps: number }>();

  take(step: Step): void {
    if (step.kind === "reply") return;
    const { name } = step;
    const file = this.#seen.get(name);
    if (step.kind === "create") this.#call(name, { disk: new Image(), pending: [], size: 0 });
    else if (step.kind === "remove") this.#call(name, undefined);
    else if (step.kind === "rename") {
      this.#call(step.to, file);
      this.#call(name, undefined);
    } else if (step.kind === "sync") {
      this.#syncs.set(step.n, { file, steps: (file?.pending ?? this.#pending).length });
    } else if (step.kind === "synced") this.#synced(step.n);
    else if (!file) return;
    else if (step.kind === "cut") {
      file.pending.push({ size: step.size });
      file.size = step.size;
    } else {
      const at = step.at === "end" ? file.size : step.at;
      file.pending.push({ at, bytes: step.bytes });
      file.size = Math.max(file.size, at + step.bytes.length);
    }
  }

  /** The power goes now: what is found afterwards, by name. */
  cut(luck: Luck, dice: Dice): ReadonlyMap<string, Buffer> {
    const names = new Map(this.#names);
    const known =
      luck === "nothing" ? 0 : luck === "everything" ? this.#pending.length : dice.whole(0, this.#pending.length);
    for (const { name, file } of this.#pending.slice(0, known)) {
      if (file) names.set(name, file);
      else names.delete(name);
    }
    return new Map([...names].map(([name, file]) => [name, content(file, luck, dice)]));
  }

  #call(name: string, file: File | undefined): void {
    if (file) this.#seen.set(name, file);
    else this.#seen.delete(name);
    this.#pending.push({ name, file });
  }

  #synced(n: number): void {
    const sync = this.#syncs.get(n);
    this.#syncs.delete(n);
    if (!sync) return;
    const { file, steps } = sync;
    if (file) {
      const done = file.pending.slice(0, steps);
      file.pending = file.pending.slice(steps);
      this.#fewer(file, steps);
      for (const step of done) file.disk.apply(step);
      return;
    }
    for (const { name, file: named } of this.#pending.splice(0, steps)) {
      if (named) this.#names.set(name, named);
      else this.#names.delete(name);
    }
    this.#fewer(undefined, steps);
  }

  /** Of those that began before, fewer are left to wait for. */
  #fewer(file: File | undefined, steps: number): void {
    for (const [n, other] of this.#syncs)
      if (other.file === file) this.#syncs.set(n, { file, steps: Math.max(0, other.steps - steps) });
  }
}

function content({ disk, pending }: File, luck: Luck, dice: Dice): Buffer {
  if (luck === "nothing" || pending.length === 0) return disk.content;
  const image = disk.copy();
  // Once much of it, once little.
  const share = luck === "everything" ? 1 : dice.real(0, 1);
  const steps = luck === "everything" ? pending : pending.flatMap(sectors);
  for (const step of steps) if (luck === "everything" || dice.odds(share)) image.apply(step);
  return image.content;
}

function sectors(step: FileStep): readonly FileStep[] {
  if ("size" in step) return [step];
  const { at, bytes } = step;
  const parts: FileStep[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + sector - ((at + from) % sector));
    parts.push({ at: at + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}
