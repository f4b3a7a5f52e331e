import { ConfigError } from "../../errors.ts";
import type { Shell } from "../shell.ts";
import { type ServicePlaces, statePlace } from "../state-place.ts";

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
  shell: Pick<Shell, "environment">,
  service: ServicePlaces,
): Promise<TokenPlace> {
  const { file, stateDirectory, things } = await statePlace(asked, shell, service);
  if (stateDirectory === undefined)
    throw new ConfigError(
      `${file} names no folder to keep tokens in: add  stateDirectory: ./state  to it, and restart benchd if it runs`,
    );
  return { stateDirectory, things };
}
