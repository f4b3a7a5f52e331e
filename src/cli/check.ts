import { readBench } from "../gateway/bench.ts";
import { openCatalogue } from "../gateway/catalogue.ts";
import type { Command } from "./shell.ts";
import { readArguments } from "./usage.ts";

export const check: Command = {
  usage: "benchd check FILE",
  summary: "Tell every mistake in a configuration, and touch no device. Exits with 78 if there is one.",
  help: [],

  async run(args, shell) {
    const { positionals } = readArguments(args, {}, ["the configuration FILE"]);
    const [file = ""] = positionals;
    const { things, listen } = await readBench(file, openCatalogue());
    const named = things.size === 1 ? "1 Thing" : `${things.size} Things`;
    const list = [...things.values()].map(({ name, driver }) => `  ${name} (${driver})`);
    shell.print([`${file}: ok, ${named}, to be served on ${listen.host} port ${listen.port}`, ...list].join("\n"));
    return 0;
  },
};
