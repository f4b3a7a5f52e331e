import { join } from "node:path";
import type { Logger } from "pino";
import type { Clock } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import type { Config } from "../../gateway/config/config.ts";
import { StateFile } from "../../journal/state-file.ts";
import { gatewayLog } from "../logger.ts";

interface Parts {
  readonly config: Pick<Config, "stateDirectory">;
  /** The process clock. */
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where it is kept under which names this gateway was known to brokers, and who is told of it. */
export function namesKept({ config: { stateDirectory }, clock, log }: Parts) {
  const told = (level: LogLevel, message: string) => gatewayLog(log)("", level, message);
  const path = stateDirectory === undefined ? undefined : join(stateDirectory, "mqtt-names.json");
  return { file: new StateFile({ path, clock, log: told }), log: told };
}
