/** On what was measured. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { row } from "./figures.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/** In the package that is locked in that folder. */
function versionsIn(folder: string, names: readonly string[]): readonly string[] {
  const { packages } = JSON.parse(readFileSync(`${root}${folder}package-lock.json`, "utf8")) as Lockfile;
  return names.map((name) => `${name} ${packages[`node_modules/${name}`]?.version}`);
}

/** A Raspberry Pi tells its model here. */
function board(): string {
  try {
    return `${readFileSync("/proc/device-tree/model", "utf8").replaceAll("\0", "").trim()}, `;
  } catch {
    return "";
  }
}

const processor = () => `${board()}${cpus()[0]?.model.trim() ?? process.arch}, ${cpus().length} cores`;

const today = () => new Date().toISOString().slice(0, 10);

/** Before anything is measured; what goes on besides is in the figures. */
const load = loadavg()[0]?.toFixed(1);

/** One line. */
export const takenOn = (): string =>
  `${today()}, Node ${process.version}, ${processor()}, load average ${load} at the start`;

/** All of it, as a table. */
export function machine(): string {
  const gibi = (totalmem() / 2 ** 30).toFixed(1);
  const ours = versionsIn("", ["fastify", "serialport", "better-sqlite3"]);
  const { dependencies } = JSON.parse(readFileSync(`${root}benchmarks/peers/package.json`, "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const peers = versionsIn("benchmarks/peers/", Object.keys(dependencies));
  return [
    row("", ""),
    row("---", "---"),
    row("processor", processor()),
    row("memory", `${gibi} GiB`),
    row("kernel", `Linux ${release()}, ${process.arch}`),
    row("Node", process.version),
    row("in benchd", ours.join(", ")),
    row("contenders", peers.join(", ")),
    row("last recorded", today()),
  ].join("\n");
}
