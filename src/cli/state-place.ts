import { existsSync } from "node:fs";
import { inspectConfig } from "../gateway/config/config.ts";
import { readText } from "../gateway/config/text.ts";
import type { Shell } from "./shell.ts";

/** Where a service has its things, as `benchd install-service` has it. */
export interface ServicePlaces {
  readonly config: string;
  readonly state: string;
}

export const servicePlaces: ServicePlaces = { config: "/etc/benchd/benchd.yaml", state: "/var/lib/benchd" };

/** A configuration, and where its gateway keeps what outlives it. */
export interface StatePlace {
  /** The configuration; undefined when there is none, and `stateDirectory` is known without. */
  readonly file: string | undefined;
  /** Undefined when nothing is kept. */
  readonly stateDirectory: string | undefined;
  /** Its Things; undefined when there is no configuration to tell. */
  readonly things: readonly string[] | undefined;
}

/**
 * benchd.yaml here unless told, else that of the service. Mistakes in it that are about something else do not matter;
 * throws `ConfigError` when it cannot be read.
 */
export async function statePlace(
  asked: string | undefined,
  { environment }: Pick<Shell, "environment">,
  service: ServicePlaces,
): Promise<StatePlace> {
  const file = asked ?? ["benchd.yaml", service.config].find((one) => existsSync(one));
  const given = environment["STATE_DIRECTORY"];
  if (file === undefined) {
    const stateDirectory = given ?? (existsSync(service.state) ? service.state : undefined);
    if (stateDirectory !== undefined) return { file, stateDirectory, things: undefined };
  }
  const named = file ?? "benchd.yaml";
  const { source, config } = inspectConfig(await readText(named), named);
  if (source.content === undefined) source.refuseMistakes();
  const isService = named === service.config || existsSync(service.state);
  const stateDirectory = config.stateDirectory ?? given ?? (isService ? service.state : undefined);
  return { file: named, stateDirectory, things: source.keys(["things"]) };
}
