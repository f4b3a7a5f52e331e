import { writeFile } from "node:fs/promises";
import { NotFoundError, NotReadyError } from "../errors.ts";
import { type Transcript, transcriptText } from "../transcript.ts";
import { askGateway, refusal } from "./ask-gateway.ts";
import { type AskedGateway, askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import type { Command } from "./shell.ts";
import { readArguments, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

export const transcript: Command = {
  usage: "benchd transcript INVOCATION [--url URL [--ca FILE]] [--token-file FILE] [--out FILE]",
  summary: "Tell what went over the wires while an invocation ran, as a file that tests can replay.",
  help: [
    `--url URL     the gateway, which has to be running; ${unlessTold}`,
    ...gatewayHelp(12),
    "--out FILE    where to write it, instead of on the screen; a file that is there already is kept",
  ],

  async run(args, shell) {
    const options = { ...gatewayOptions, out: { type: "string" } } as const;
    const { values, positionals } = readArguments(args, options, ["the id of the INVOCATION"]);
    const [id = ""] = positionals;
    const text = transcriptText(await fetchTranscript(await askedGateway(values, shell), id));
    if (values.out === undefined) shell.print(visible(text.trimEnd()));
    else {
      await write(values.out, text);
      shell.tell(`written to ${values.out}`);
    }
    return 0;
  },
};

const patienceMs = 30_000;

async function fetchTranscript(gateway: AskedGateway, id: string): Promise<Transcript> {
  const { url } = gateway;
  const path = `/gateway/transcripts/${encodeURIComponent(id)}`;
  const answer = await askGateway(gateway, { method: "GET", path, patienceMs });
  const body = answer.body as Partial<Transcript> | undefined;
  if (answer.status === 404 || answer.status === 422)
    throw new NotFoundError(`the gateway at ${url} knows no invocation ${id}: ended ones are kept for a while only`);
  if (answer.status === 401 || answer.status === 403) throw refusal(answer, gateway);
  if (answer.status !== 200 || body?.format !== "benchd-transcript")
    throw new NotReadyError(`what answers at ${url} gives no transcript (status ${answer.status}): is it benchd?`);
  return body as Transcript;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why = code === "EEXIST" ? "it is there already" : `it cannot be written (${code})`;
    throw new UsageError(`${file}: ${why}: name another with --out`, { cause });
  }
}
