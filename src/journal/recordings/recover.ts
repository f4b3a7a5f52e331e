import type { LogLevel } from "../../context.ts";
import type { RecordingAbout } from "./about.ts";
import { gapLine } from "./csv.ts";
import type { FoundRecording, RecordingShelf } from "./shelf.ts";

/** What a kill or a power cut has not finished is within so many bytes of the end. */
const tailBytes = 2 ** 20;
const lineEnd = 0x0a;

interface Options {
  readonly shelf: RecordingShelf;
  /** Wall clock, milliseconds. */
  readonly now: number;
  log(level: LogLevel, message: string): void;
}

/**
 * Bring a recording to an end that went on when the process did not: a last line that is not whole is cut, and a row says
 * that it has ended here, at a time that nobody knows. What cannot be mended is listed as interrupted all the same.
 */
export async function recovered({ about, bytes }: FoundRecording, options: Options): Promise<FoundRecording> {
  if (about.end !== null) return { about, bytes };
  const { shelf, now, log } = options;
  const why = "benchd was killed, or has lost its power";
  const ended: RecordingAbout = { ...about, end: { at: null, how: "interrupted", why, rows: null, gaps: null } };
  try {
    const { whole, last } = await wholeLines(shelf, about.id, bytes);
    const torn = bytes - whole;
    if (torn > 0) await shelf.truncate(about.id, whole);
    const line =
      last === undefined ? "" : gapLine(new Date(now).toISOString(), "", about.columns.length, said(last, torn));
    if (line !== "") await shelf.append(about.id, whole, line);
    await shelf.describe(ended);
    const cut = torn > 0 ? `; ${torn} bytes of a line that was not whole are cut` : "";
    log("warning", `the recording ${about.name} (${about.id}) is closed: ${why} while it went on${cut}`);
    return { about: ended, bytes: whole + Buffer.byteLength(line) };
  } catch (error) {
    log("error", `the recording ${about.name} (${about.id}) could not be closed: ${error}`);
    return { about: ended, bytes };
  }
}

const said = (last: string, torn: number) =>
  `the recording ends here: benchd was killed or has lost its power at some time ${last === "" ? "before this" : `between ${last} and this`}${torn > 0 ? "; the last line was not whole and is cut" : ""}`;

interface Whole {
  /** So many bytes are whole lines. */
  readonly whole: number;
  /** The time of the last row, empty when there is none; undefined when not even the header is there. */
  readonly last: string | undefined;
}

async function wholeLines(shelf: RecordingShelf, id: string, bytes: number): Promise<Whole> {
  const start = Math.max(0, bytes - tailBytes);
  const file = await shelf.read(id, bytes);
  if (!file) return { whole: bytes, last: undefined };
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of file.read(start, bytes)) pieces.push(piece);
  } finally {
    await file.close();
  }
  const tail = Buffer.concat(pieces);
  // After a power cut there may be zeros where something was to be written.
  const nothing = tail.indexOf(0);
  const end = tail.lastIndexOf(lineEnd, nothing === -1 ? tail.length : nothing);
  // No line is that long: whatever it is, it is none of ours.
  if (end === -1 && start > 0) return { whole: bytes, last: undefined };
  const lines = tail.toString("utf8", 0, end + 1).split("\n");
  const header = start === 0 ? lines.findIndex((line) => line.startsWith("time,elapsed")) : 0;
  const rows = header === -1 ? [] : lines.slice(header + 1, -1);
  const last = header === -1 ? undefined : (rows.at(-1)?.split(",", 1)[0] ?? "");
  return { whole: start + end + 1, last };
}
