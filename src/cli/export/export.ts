import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import { RecordingClient } from "../experiment/recording-client.ts";
import { timeOf } from "../invocation/since.ts";
import type { Command } from "../shell.ts";
import { readArguments, UsageError } from "../usage.ts";
import { checkFile, written } from "./written.ts";

const formats = ["csv", "ndjson"];

const options = {
  thing: { type: "string" },
  action: { type: "string" },
  status: { type: "string" },
  by: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  format: { type: "string" },
  json: { type: "boolean", default: false },
  out: { type: "string", short: "o" },
  force: { type: "boolean", default: false },
  ...gatewayOptions,
} as const;

export const exportHistory: Command = {
  usage: "benchd export [recording ID] [--thing NAME] [--since TIME] [--format csv|ndjson] [--out FILE] [--url URL]",
  summary:
    "Write the history of a gateway, or one of its recordings, as CSV or NDJSON into a file or to standard output.",
  help: [
    "recording ID   the rows of that recording, as far as there are any by now, instead of the history; by its name, too",
    "--thing NAME, --action NAME, --status S, --by WHO",
    "               of the history only what fits",
    "--since TIME, --until TIME",
    "               requested then: 2026-11-20T10:00:00Z, 2026-11-20, or how long ago, '2 h'",
    "--format F     csv, as unless told, or ndjson; --json is the same as --format ndjson",
    "--out FILE     a new file; standard output unless told",
    "--force        instead of a file that is there",
    `--url URL      the gateway; ${unlessTold}`,
    ...gatewayHelp(13),
  ],

  async run(args, shell) {
    const { values, positionals } = readArguments(args, options, "any");
    const format = formatOf(values);
    const filters = { thing: values.thing, action: values.action, status: values.status, requestedBy: values.by };
    const [what, id, extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
    if (what !== undefined && what !== "recording")
      throw new UsageError(`say recording ID, or nothing for the history, not "${what}"`);
    if (what === "recording" && id === undefined) throw new UsageError("the ID of the recording is missing");
    const times = { since: timeOf("--since", values.since), until: timeOf("--until", values.until) };
    const idle = Object.entries({ ...filters, ...times }).find(
      ([, value]) => what === "recording" && value !== undefined,
    );
    if (idle) throw new UsageError("a recording is written whole: filters are for the history");
    await checkFile(values.out, values.force);
    const bench = await BenchClient.of(await askedGateway(values, shell));
    if (values.thing !== undefined) await bench.assertKnown(values.thing);
    const recording = id === undefined ? undefined : await wholeIdOf(id, new RecordingClient(bench, shell));
    const leaving = new AbortController();
    const forget = shell.onSignal(() => leaving.abort());
    try {
      const { signal } = leaving;
      const answer =
        recording === undefined
          ? await bench.open("/gateway/history", { query: { ...filters, ...times, format }, signal })
          : await bench.open(`/gateway/recordings/${encodeURIComponent(recording)}/${format}`, { signal });
      return await written(answer, { file: values.out, force: values.force, shell, signal });
    } finally {
      forget();
      // What was not read is not wanted: the gateway need not keep it.
      leaving.abort();
    }
  },
};

/** By its whole id also where it is too old to be listed. */
const wholeIdOf = async (wanted: string, recordings: RecordingClient): Promise<string> =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted) ? wanted : (await recordings.find(wanted)).id;

function formatOf({ format, json }: { readonly format?: string | undefined; readonly json: boolean }): string {
  if (json && format !== undefined && format !== "ndjson")
    throw new UsageError("--json is the same as --format ndjson: say one of them");
  const asked = format ?? (json ? "ndjson" : "csv");
  if (formats.includes(asked)) return asked;
  throw new UsageError(`--format takes ${formats.join(" or ")}, not "${asked}"`);
}
