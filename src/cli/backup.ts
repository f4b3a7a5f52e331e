import { resolve } from "node:path";
import { ConfigError, StorageError } from "../errors.ts";
import { makeBackup } from "./backup/make.ts";
import { bytesOf } from "./backup/manifest.ts";
import { type Verdict, verifyBackup } from "./backup/verify.ts";
import type { Command, Shell } from "./shell.ts";
import { type ServicePlaces, servicePlaces, statePlace } from "./state-place.ts";
import { status } from "./status.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments } from "./usage.ts";
import { visible } from "./visible.ts";

export const backup = backupOf(servicePlaces);

export function backupOf(service: ServicePlaces): Command {
  return {
    usage: "benchd backup DIR [--config FILE] [--json] | --verify DIR [--json]",
    summary:
      "Copy all that a gateway of this machine keeps into a new folder, while it runs or not; or look one through.",
    help: [
      "DIR            the new folder; it appears when it is whole, and holds secrets: only its owner can read it",
      "--config FILE  the gateway's configuration; benchd.yaml, or that of the service, unless told",
      "--verify DIR   read all of a backup, and open its history; exits with 1 if anything is missing or not as it was",
      "--json         tell what is in it as JSON",
      "",
      "docs/operations.md tells what is in it, what is not, and how it is restored.",
    ],

    async run(args, shell) {
      const options = { config: { type: "string" }, verify: { type: "boolean", default: false }, json } as const;
      const { values, positionals } = readArguments(args, options, ["the DIR of the backup"]);
      const [folder = ""] = positionals;
      return whileWanted(shell, async (signal) => {
        const verdict = values.verify
          ? await verifyBackup(folder, signal)
          : await makeBackup({ folder, ...(await placeOf(values.config, shell, service)), signal });
        if (values.json) shell.print(jsonLine(asJson(folder, verdict)));
        else tell(folder, verdict, shell, values.verify);
        return verdict.faults.length > 0 ? status.failed : status.ok;
      });
    },
  };
}

const json = { type: "boolean", default: false } as const;

async function placeOf(asked: string | undefined, shell: Shell, service: ServicePlaces) {
  const { file, stateDirectory } = await statePlace(asked, shell, service);
  if (stateDirectory !== undefined) return { stateDirectory, config: file };
  throw new ConfigError(`${file} names no stateDirectory: its gateway keeps nothing that could be copied`);
}

/** What Ctrl+C ends. */
async function whileWanted(shell: Shell, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const ended = new AbortController();
  const forget = shell.onSignal(() =>
    ended.abort(new StorageError("it was ended before it was done, and nothing is left of it")),
  );
  try {
    return await work(ended.signal);
  } finally {
    forget();
  }
}

const asJson = (folder: string, { manifest, faults, unknown, invocations }: Verdict) => ({
  folder: resolve(folder),
  ...{ benchd: manifest.benchd, at: manifest.at, stateDirectory: manifest.stateDirectory, config: manifest.config },
  ...{ files: manifest.files.length, bytes: bytesOf(manifest.files), invocations: invocations ?? null },
  ...{ sound: faults.length === 0, faults, unknown },
});

function tell(folder: string, { manifest, faults, unknown, invocations }: Verdict, shell: Shell, verified: boolean) {
  const { files, at, benchd } = manifest;
  const history = invocations === undefined ? "no history" : `${invocations} invocations`;
  const what = `${files.length} files, ${inPlainSize(bytesOf(files))}, ${history}`;
  for (const fault of faults) shell.print(visible(`${fault}`));
  for (const path of unknown) shell.tell(visible(`${path} is not part of it`));
  if (faults.length > 0) shell.tell(visible(`${folder} is not sound: restore from another`));
  else if (verified) shell.print(visible(`${folder} is sound: ${what}, of ${at}, by benchd ${benchd}`));
  else
    shell.print(visible(`${folder}: ${what}. It holds secrets, such as tokens: keep it where nobody else can read it`));
}

const inPlainSize = (bytes: number) =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
