import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "../errors.ts";
import { driverConfig, readBench } from "../gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../gateway/catalogue.ts";
import { openToAll } from "../gateway/config/access.ts";
import type { Config } from "../gateway/config/config.ts";
import { effectiveSettings } from "../gateway/config/effective.ts";
import { openToOthers } from "../gateway/config/hands.ts";
import { secretWarnings } from "../gateway/config/secrets.ts";
import { pinWarnings } from "../gateway/pin-warnings.ts";
import { tlsWarnings } from "../gateway/tls/warnings.ts";
import { assertLetsSomebodyIn } from "./access.ts";
import { lineOf } from "./config.ts";
import { inFolder } from "./serve-options.ts";
import type { Command, Shell } from "./shell.ts";
import { servicePlaces } from "./state-place.ts";
import { readArguments } from "./usage.ts";
import { visible } from "./visible.ts";

/** That `benchd serve` would refuse to start, as nobody could ask it. */
async function tokenWarnings(config: Config): Promise<readonly string[]> {
  // The service is given its folder by systemd.
  const isService = config.file === servicePlaces.config || existsSync(servicePlaces.state);
  const stateDirectory = config.stateDirectory ?? (isService ? servicePlaces.state : undefined);
  try {
    await assertLetsSomebodyIn({ ...config, stateDirectory });
    return [];
  } catch (error) {
    // Who checks may not be who may look into that folder.
    return error instanceof ConfigError ? [`benchd will not start yet: ${error.message}`] : [];
  }
}

async function settingsOf(read: Config, catalogue: Catalogue, shell: Shell): Promise<readonly string[]> {
  // The service is given its folder by systemd, and so may be who asks.
  const given = resolve(read.file) === servicePlaces.config ? servicePlaces.state : undefined;
  const config = inFolder(read, shell.environment["STATE_DIRECTORY"] ?? given);
  const entries = [...config.things.values()].map(async (entry) => {
    const filled = driverConfig(entry, await catalogue.definition(entry.driver));
    return [entry.name, filled] as const;
  });
  return effectiveSettings(config, new Map(await Promise.all(entries))).map(lineOf);
}

export const check: Command = {
  usage: "benchd check [--show] FILE",
  summary: "Tell every mistake in a configuration, and touch no device. Exits with 78 if there is one.",
  help: [
    "--show           tell what it comes to, too, with all that it leaves out",
    "",
    "Warnings are of what is allowed, but dangerous or seldom meant, and of tokens that a start needs and that are not",
    "there yet: they do not change the exit status.",
  ],

  async run(args, shell) {
    const options = { show: { type: "boolean", default: false } } as const;
    const { values, positionals } = readArguments(args, options, ["the configuration FILE"]);
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
    if (values.show) for (const line of await settingsOf(config, catalogue, shell)) shell.print(visible(line));
    const open = openToAll(config);
    const warnings = [
      ...(open === undefined ? [] : [open]),
      ...(await tlsWarnings(config, new Date())),
      ...(await tokenWarnings(config)),
      ...(await pinWarnings(config, catalogue)),
      ...(await openToOthers(config)),
      ...(await secretWarnings(config)),
    ];
    for (const warning of warnings) shell.print(visible(`warning: ${warning}`));
    return 0;
  },
};
