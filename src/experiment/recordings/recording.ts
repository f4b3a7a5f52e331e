import type { Clock, Timer } from "../../clock.ts";
import { formatDuration } from "../../duration.ts";
import type { RecordingAbout, RecordingEnd } from "../../journal/recordings/about.ts";
import { csvText, gapLine } from "../../journal/recordings/csv.ts";
import type { OpenRecording } from "../../journal/recordings/kept-recordings.ts";
import { type Instant, instantOf, type Sampled } from "./beat.ts";
import type { Source } from "./source.ts";

interface Parts {
  readonly about: RecordingAbout;
  readonly sources: readonly Source[];
  readonly file: OpenRecording;
  /** The bench clock. */
  readonly clock: Clock;
  /** It takes no more rows. */
  ended(recording: Recording, end: RecordingEnd): void;
}

/** Room for the row that says why it ends; characters. */
const reserve = 1024;
/** A gap that goes on is told again after so long; bench milliseconds. */
const gapAgainMs = 60_000;

/** Properties that are written down, one row after the other, until that is stopped. */
export class Recording implements Sampled {
  readonly sources: readonly Source[];
  readonly #parts: Parts;
  readonly #startedAt: number;
  #about: RecordingAbout;
  #rows = 0;
  #gaps = 0;
  /** What the latest row says is missing, when that is all; and when it was told. */
  #gap: { readonly why: string; readonly at: number } | undefined;
  /** What the latest row says, when there is one for each change. */
  #state: string | undefined;
  /** How many rows the disk could not take. */
  #lost = 0;
  #lostSince: Instant | undefined;
  #timer: Timer | undefined;
  #ended: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.sources = parts.sources;
    this.#about = parts.about;
    this.#startedAt = parts.clock.now();
    const { forMs } = parts.about;
    if (forMs !== null)
      this.#timer = parts.clock.after(forMs, () => void this.end("finished", "it was to go on for so long"));
  }

  get id(): string {
    return this.#about.id;
  }
  get about(): RecordingAbout {
    return this.#about;
  }
  get rows(): number {
    return this.#rows;
  }
  /** How many of its rows say that something is missing. */
  get gaps(): number {
    return this.#gaps;
  }
  /** How many rows were lost, and are not told of in the file yet, as the disk takes nothing. */
  get lost(): number {
    return this.#lost;
  }

  /** End it; resolves when its file has all of it. Called again, it is the same end. */
  stop(why: string): Promise<void> {
    return this.end("stopped", why);
  }

  end(how: RecordingEnd["how"], why: string): Promise<void> {
    this.#ended ??= this.#end(how, why);
    return this.#ended;
  }

  take(at: Instant): void {
    let cells = "";
    let problem = "";
    let known = false;
    for (const source of this.sources) {
      cells += `${source.cells},`;
      if (source.problem === undefined) known = true;
      else problem += problem === "" ? source.problem : `; ${source.problem}`;
    }
    if (this.#about.everyMs === null) {
      const state = cells + problem;
      if (state === this.#state && this.#lost === 0) return;
      this.#state = state;
    } else if (known) this.#gap = undefined;
    else if (this.#gap?.why === problem && this.#lost === 0 && at.bench - this.#gap.at < gapAgainMs) return;
    else this.#gap = { why: problem, at: at.bench };
    this.#write(`${at.wall},${this.#elapsed(at)},${cells}${problem === "" ? "" : csvText(problem)}\n`, problem !== "");
  }

  suspended(ms: number, at: Instant): void {
    this.#writeGap(
      at,
      `the machine was suspended for ${formatDuration(ms)}: nothing was read, and elapsed stood still`,
    );
  }

  missed(times: number, at: Instant): void {
    this.#writeGap(at, `${times} samples are missing: benchd, or its machine, was held up`);
  }

  #elapsed({ bench }: Instant): string {
    return ((bench - this.#startedAt) / 1000).toFixed(3);
  }

  #writeGap(at: Instant, why: string): void {
    this.#write(this.#gapLine(at, why), true);
  }

  #gapLine(at: Instant, why: string): string {
    return gapLine(at.wall, this.#elapsed(at), this.#about.columns.length, why);
  }

  #write(line: string, isGap: boolean): void {
    if (this.#ended) return;
    const { file, clock } = this.#parts;
    if (!file.takes(line.length + reserve)) {
      if (this.#lost++ === 0) this.#lostSince = instantOf(clock);
      return;
    }
    if (file.isFull(line.length + reserve)) {
      void this.end("full", "its file has as many bytes as one recording may have");
      return;
    }
    this.#tellLost();
    this.#add(line, isGap);
  }

  /** In the place of the first that is lost. */
  #tellLost(): void {
    if (this.#lost > 0 && this.#lostSince)
      this.#add(
        this.#gapLine(this.#lostSince, `${this.#lost} rows are lost from here on: the disk took nothing`),
        true,
      );
    this.#lost = 0;
  }

  #add(line: string, isGap: boolean): void {
    this.#rows++;
    if (isGap) this.#gaps++;
    this.#parts.file.add(line);
  }

  async #end(how: RecordingEnd["how"], why: string): Promise<void> {
    this.#timer?.cancel();
    const { clock, file } = this.#parts;
    this.#tellLost();
    if (how === "full") this.#add(this.#gapLine(instantOf(clock), `the recording ends here: ${why}`), true);
    const end = { at: Date.now(), how, why, rows: this.#rows, gaps: this.#gaps };
    this.#about = { ...this.#about, end };
    this.#parts.ended(this, end);
    await file.end(end);
  }
}
