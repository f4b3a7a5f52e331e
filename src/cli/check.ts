import { readBench } from "../gateway/bench.ts";
import { openCatalogue } from "../gateway/catalogue.ts";
import { openToAll } from "../gateway/config/access.ts";
import { openToOthers } from "../gateway/config/hands.ts";
import { pinWarnings } from "../gateway/pin-warnings.ts";
import { tlsWarnings } from "../gateway/tls/warnings.ts";
import type { Command } from "./shell.ts";
import { readArguments } from "./usage.ts";
import { visible } from "./visible.ts";

export const check: Command = {
  usage: "benchd check FILE",
  summary: "Tell every mistake in a configuration, and touch no device. Exits with 78 if there is one.",
  help: ["Warnings are of what is allowed, but dangerous or seldom meant: they do not change the exit status."],

  async run(args, shell) {
    const { positionals } = readArguments(args, {}, ["the configuration FILE"]);
    const [file = ""] = positionals;
    const catalogue = openCatalogue();
    const config = await readBench(file, catalogue);
    const { things, listen } = config;
    const named = things.size === 1 ? "1 Thing" : `${things.size} Things`;
    const list = [...things.values()].map(({ name, driver }) => `  ${name} (${driver})`);
    shell.print(
      [
        `${file}: ok, ${named}, to be served on ${listen.host} port ${listen.port}${listen.tls ? ", by HTTPS" : ""}`,
        ...list,
      ].join("\n"),
    );
    const open = openToAll(config);
    const warnings = [
      ...(open === undefined ? [] : [open]),
      ...(await tlsWarnings(config, new Date())),
      ...(await pinWarnings(config, catalogue)),
      ...(await openToOthers(config)),
    ];
    for (const warning of warnings) shell.print(visible(`warning: ${warning}`));
    return 0;
  },
};
