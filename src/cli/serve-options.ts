import { usualAuth } from "../gateway/config/access.ts";
import type { Config } from "../gateway/config/config.ts";
import type { Shell } from "./shell.ts";
import { readArguments, readNumber, UsageError } from "./usage.ts";

/** What the command line of `benchd serve` says. */
export type Asked = ReturnType<typeof readOptions>;

export function readOptions(args: readonly string[]) {
  const { values } = readArguments(args, {
    config: { type: "string", default: "benchd.yaml" },
    mock: { type: "boolean", default: false },
    "time-scale": { type: "string" },
    host: { type: "string" },
    port: { type: "string" },
    "safe-mode-after": { type: "string" },
  });
  const { config, mock, host } = values;
  const starts = values["safe-mode-after"];
  const scale = values["time-scale"];
  if (scale !== undefined && !mock)
    throw new UsageError("--time-scale is for --mock: real devices have their own time");
  const port =
    values.port === undefined ? undefined : readNumber("--port", values.port, { min: 0, max: 65535, whole: true });
  return {
    config,
    mock,
    host,
    port,
    timeScale: scale === undefined ? undefined : readNumber("--time-scale", scale, { min: 1, max: 10_000 }),
    safeModeAfter:
      starts === undefined ? undefined : readNumber("--safe-mode-after", starts, { min: 0, max: 100, whole: true }),
  };
}

/** The command line has the last word; systemd has one on where to keep things. */
export function override(config: Config, { host, port }: Asked, { environment }: Shell): Config {
  const listen = { ...config.listen, host: host ?? config.listen.host, port: port ?? config.listen.port };
  const access = { ...config.access, auth: config.access.toldAuth ?? usualAuth(listen.host, config.access.proxies) };
  const overridden = {
    ...(host !== undefined && { "/listen/host": "command line" as const }),
    ...(port !== undefined && { "/listen/port": "command line" as const }),
  };
  return inFolder({ ...config, listen, access, overridden }, environment["STATE_DIRECTORY"]);
}

/** With the folder that systemd has given to keep things in, where the file names none. */
export function inFolder(config: Config, given: string | undefined): Config {
  if (config.stateDirectory !== undefined || given === undefined) return config;
  const at = (...path: string[]) => (path[0] === "stateDirectory" ? "STATE_DIRECTORY" : config.at(...path));
  const overridden = { ...config.overridden, "/stateDirectory": "environment" as const };
  return { ...config, stateDirectory: given, overridden, at };
}
