import { existsSync } from "node:fs";
import { ConfigError } from "../../errors.ts";
import { inspectConfig, readText } from "../../gateway/config/config.ts";
import type { Shell } from "../shell.ts";

/** Where a service has its things, as `benchd install-service` has it. */
export interface ServicePlaces {
  readonly config: string;
  readonly state: string;
}

export const servicePlaces: ServicePlaces = { config: "/etc/benchd/benchd.yaml", state: "/var/lib/benchd" };

/** Where the tokens of a gateway are kept, and for which Things they may be. */
export interface TokenPlace {
  readonly stateDirectory: string;
  /** Undefined when there is no configuration to tell. */
  readonly things: readonly string[] | undefined;
}

/**
 * Where the gateway of that configuration keeps them: benchd.yaml here unless told, else that of the service. Mistakes in
 * it that are about something else keep nobody from revoking a token.
 */
export async function tokenPlace(
  asked: string | undefined,
  { environment }: Pick<Shell, "environment">,
  service: ServicePlaces,
): Promise<TokenPlace> {
  const file = asked ?? ["benchd.yaml", service.config].find((one) => existsSync(one));
  const given = environment["STATE_DIRECTORY"];
  if (file === undefined) {
    const stateDirectory = given ?? (existsSync(service.state) ? service.state : undefined);
    if (stateDirectory !== undefined) return { stateDirectory, things: undefined };
  }
  const named = file ?? "benchd.yaml";
  const { source, config } = inspectConfig(await readText(named), named);
  if (source.content === undefined) source.refuseMistakes();
  const isService = named === service.config || existsSync(service.state);
  const stateDirectory = config.stateDirectory ?? given ?? (isService ? service.state : undefined);
  if (stateDirectory === undefined)
    throw new ConfigError(
      `${named} names no folder to keep tokens in: add  stateDirectory: ./state  to it, and restart benchd if it runs`,
    );
  return { stateDirectory, things: source.keys(["things"]) };
}
