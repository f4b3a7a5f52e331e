import { statfs } from "node:fs/promises";
import type { Clock, Timer } from "../clock.ts";
import type { Probe } from "./health.ts";
import { gauges, type Metric } from "./metric.ts";

interface DiskSpaceOptions {
  /** On the disk that is looked at. */
  readonly folder: string;
  /** The process clock. */
  readonly clock: Clock;
  /** How much there is, and is free for us, in bytes; the kernel's word unless told. */
  readonly look?: (folder: string) => Promise<Space>;
}

interface Space {
  readonly size: number;
  readonly free: number;
}

const everyMs = 60_000;
/** Nearly full is a disk that has less than both: large ones have enough left, and small ones are small. */
const leastShare = 0.05;
const leastBytes = 2 ** 30;

/** Whether the disk with our state has room: asked once a minute, as a disk may take its time. */
export class DiskSpace implements Probe {
  readonly name = "disk";
  readonly restartHelps = false;
  readonly #options: DiskSpaceOptions;
  #space: Space | undefined;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: DiskSpaceOptions) {
    this.#options = options;
    void this.#look();
  }

  check(): string | undefined {
    if (!this.#space) return undefined;
    const { size, free } = this.#space;
    if (free >= leastBytes || free >= leastShare * size) return undefined;
    return `${Math.floor(free / 2 ** 20)} MiB are left on the disk of ${this.#options.folder}: make room, or new work will be refused`;
  }

  metrics(): readonly Metric[] {
    const free = this.#space && [{ value: this.#space.free }];
    return [gauges("benchd_disk_free_bytes", "What is left on the disk of the state directory", free ?? [])];
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const { folder, clock, look = spaceOf } = this.#options;
    // Where nobody can tell, the history will say that it cannot be written.
    this.#space = await look(folder).catch(() => undefined);
    if (!this.#stopped) this.#timer = clock.after(everyMs, () => void this.#look());
  }
}

async function spaceOf(folder: string): Promise<Space> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { size: blocks * bsize, free: bavail * bsize };
}
