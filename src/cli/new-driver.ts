import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConfigError, StorageError } from "../errors.ts";
import { contribution } from "./new-driver/contribution.ts";
import { readName } from "./new-driver/name.ts";
import type { Plan } from "./new-driver/plan.ts";
import { project } from "./new-driver/project.ts";
import { writePlan } from "./new-driver/write.ts";
import { packageRoot } from "./package-root.ts";
import type { Command } from "./shell.ts";
import { readArguments } from "./usage.ts";
import { visible } from "./visible.ts";

export const newDriver: Command = {
  usage: "benchd new-driver NAME [--dir DIR]",
  summary: "Write a driver, its simulated device and their tests, which pass, to be changed into those of yours.",
  help: [
    "NAME         small letters, digits and hyphens, such as ph-meter",
    "--dir DIR    where; this folder unless told. In a clone of benchd: a driver of benchd's own, each part in its place.",
    "             Anywhere else: a project of its own, with package.json, tsconfig.json and a bench to try it on",
    "",
    "It begins as the driver of a made-up heated stirrer on a serial line, complete and tested: docs/driver-guide.md",
    "tells how it becomes that of your device. Nothing that is there already is overwritten.",
  ],

  async run(args, shell) {
    const { values, positionals } = readArguments(args, { dir: { type: "string", default: "." } }, [
      "the NAME of the driver",
    ]);
    const [text = ""] = positionals;
    const name = await readName(text);
    const own = await packageRoot();
    if (!own)
      throw new StorageError("this copy of benchd has lost its package.json and its templates: install it again");
    const folder = resolve(values.dir);
    const wish = { name, templates: join(own.folder, "templates") };
    const there = await packageIn(folder);
    const plan: Plan = there?.name === "benchd" ? await contribution(wish) : await project({ ...wish, own: own.told });
    const { written, kept } = await writePlan(folder, plan);
    shell.print(visible([`In ${folder}:`, ...written.map((path) => `  ${path}`)].join("\n")));
    const left = kept.length > 0 ? [`Left as they were: ${kept.join(", ")}`] : [];
    shell.tell(visible([...left, "Next:", ...plan.next(kept).map((line) => `  ${line}`)].join("\n")));
    return 0;
  },
};

/** The package.json that is there; undefined where there is none. Throws `ConfigError` for one that drivers cannot lie beside. */
async function packageIn(folder: string): Promise<{ readonly name?: unknown } | undefined> {
  const file = join(folder, "package.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  let told: { readonly name?: unknown; readonly type?: unknown } | null;
  try {
    told = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file} is no JSON: mend it, or name an empty folder with --dir`, { cause });
  }
  if (told?.type !== "module")
    throw new ConfigError(`${file} does not say "type": "module", which drivers need: say so, or name another --dir`);
  return told;
}
