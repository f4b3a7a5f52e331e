import { formatDuration } from "../../duration.ts";
import type { Provenance } from "../../invocation/record.ts";
import type { RecordingAbout } from "../../journal/recordings/about.ts";
import { csvComment, csvText } from "../../journal/recordings/csv.ts";

interface Told {
  readonly about: RecordingAbout;
  readonly installation: string;
  readonly version: string;
  /** The devices are twins. */
  readonly simulated: boolean;
  readonly things: readonly Provenance[];
}

/** What stands above the rows: where they come from, in lines that begin with `#`, and the names of the columns. */
export function headOf({ about, installation, version, simulated, things }: Told): string {
  const { name, id, everyMs, forMs, run, configured, by, startedAt, clockTrusted } = about;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["recording", name],
    ["id", id],
    ["installation", installation],
    ["benchd", version],
    ["devices", simulated ? "simulated: nothing of this was measured" : undefined],
    [
      "started",
      `${new Date(startedAt).toISOString()}${clockTrusted ? "" : " (the wall clock was not known to be right)"}`,
    ],
    ["by", by],
    ["run", run ?? undefined],
    ["configured", configured ?? undefined],
    ["sampled", everyMs === null ? "when something changes" : `every ${formatDuration(everyMs)}`],
    ["for", forMs === null ? undefined : formatDuration(forMs)],
    ...things.map((one) => [one.thing, provenanceOf(one)] as const),
  ];
  const comments = rows.flatMap(([key, value]) =>
    value === undefined ? [] : `# ${key}: ${csvComment(value.slice(0, maxComment))}\n`,
  );
  const titles = ["time", "elapsed [s]", ...about.columns.map(({ title }) => csvText(title)), "gap"];
  return `${comments.join("")}${titles.join(",")}\n`;
}

/** All that is known of a Thing, also what is told of it only later than this was written. */
const provenanceOf = ({ thing: _, ...rest }: Provenance): string =>
  Object.entries(rest)
    .flatMap(([key, value]) => (value === undefined || value === "" ? [] : `${key} ${textOf(value)}`))
    .join("; ");

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Of one of these lines; characters. */
const maxComment = 1000;
