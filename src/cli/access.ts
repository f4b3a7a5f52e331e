import { join } from "node:path";
import type { Logger } from "pino";
import { leaveLocalToken, takeLocalToken } from "../access/local-token.ts";
import { Sessions } from "../access/sessions.ts";
import { TokenFolder } from "../access/token-folder.ts";
import { Tokens } from "../access/tokens.ts";
import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import { ConfigError } from "../errors.ts";
import { isLoopback, openToAll } from "../gateway/config/access.ts";
import type { Config } from "../gateway/config/config.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { byToken } from "../http/access/by-token.ts";
import { credentialIn } from "../http/access/credentials.ts";
import type { AppOptions } from "../http/app.ts";
import { StateFile } from "../journal/state-file.ts";
import { gatewayLog } from "./logger.ts";

/** In the state directory: which token was used when. */
export const tokenUseFile = (stateDirectory: string): string => join(stateDirectory, "tokens-used.json");

/** Throws `ConfigError` where who asks needs a token, and there can be none or is none. */
export async function assertLetsSomebodyIn(config: Config): Promise<void> {
  const { access, listen, stateDirectory, file } = config;
  assertTokensForMqtt(config);
  if (access.auth === "none") return;
  const told = access.toldAuth !== undefined;
  const proxied = isLoopback(listen.host);
  const place = told
    ? config.at("access", "auth")
    : proxied
      ? config.at("access", "proxies")
      : config.at("listen", "host");
  const where = proxied ? "behind a proxy" : `on ${listen.host}`;
  const needs = told ? "auth: tokens" : `${where}, where others can reach it, benchd`;
  if (stateDirectory === undefined)
    throw new ConfigError(
      `${place}: ${needs} wants a folder to keep tokens in: add stateDirectory: ./state${waysOut(told)}`,
    );
  if ((await new TokenFolder(stateDirectory).ids()).length > 0) return;
  throw new ConfigError(
    [
      `${place}: ${needs} answers only who has a token, and there is none yet. Make the first one:`,
      `  benchd token create --name YOUR-NAME --scope admin --config ${file}${waysOut(told)}`,
    ].join("\n"),
  );
}

/** Throws `ConfigError` where whoever asks over MQTT is to have a token, and nobody has one. */
export function assertTokensForMqtt({ access, mqtt, at }: Pick<Config, "access" | "mqtt" | "at">): void {
  if (access.auth !== "none" || mqtt?.requests !== "tokens") return;
  throw new ConfigError(
    `${at("mqtt", "requests")}: nobody has a token here, as none is asked for: add access: { auth: tokens }, or say which scopes whoever may publish has, as requests: [read, operate]`,
  );
}

const waysOut = (told: boolean) =>
  told
    ? ""
    : [
        "",
        "or listen on 127.0.0.1 only, and reach it through an SSH tunnel (ssh -L 5000:127.0.0.1:5000 …),",
        "or, where whoever is in that network may run the instruments, say so:  access: { auth: none }",
      ].join("\n");

/** Tokens are written down for so long at most; milliseconds. */
export const tidyingMs = 1500;

interface Options {
  readonly config: Config;
  readonly gateway: Gateway;
  /** The process clock. */
  readonly clock: Clock;
  clockTrusted(): boolean;
  readonly log: Logger;
}

interface Access {
  /** Left out where everybody may do everything. */
  readonly byToken?: Required<Pick<AppOptions, "identify" | "onEnded" | "sessions">>;
  /** Whether what an Authorization header says is a token that holds. */
  knows(authorization: string | undefined): boolean;
  close(): Promise<void>;
}

/** Who is let in, as the configuration says. */
export async function openAccess({ config, gateway, clock, clockTrusted, log }: Options): Promise<Access> {
  const { access, stateDirectory } = config;
  if (access.auth === "none") {
    const warning = openToAll(config);
    if (warning !== undefined) log.warn(warning);
    return { knows: () => false, close: async () => {} };
  }
  if (stateDirectory === undefined) throw new ConfigError("there is no folder to keep tokens in");
  const toLog = (level: Parameters<ReturnType<typeof gatewayLog>>[1], message: string) =>
    gatewayLog(log)("", level, message);
  const tokens = await Tokens.open({
    folder: new TokenFolder(stateDirectory),
    memory: new StateFile({ path: tokenUseFile(stateDirectory), clock, log: toLog }),
    clock,
    clockTrusted,
    note: (entry) => gateway.audit.note(entry),
    log: toLog,
  });
  if (tokens.size === 0) log.warn("every token has expired: make another by `benchd token create`");
  await leaveLocalToken(stateDirectory, tokens.local).catch((error: Error) =>
    log.warn(`the commands on this machine need a token of their own: ${error.message}`),
  );
  const tidied = async () => {
    await takeLocalToken(stateDirectory);
    await tokens.close();
  };
  // A disk that does not answer keeps nobody from ending.
  const close = () => bounded(clock, tidyingMs, tidied()).catch(() => {});
  const sessions = new Sessions(clock);
  tokens.onEnded((key) => sessions.endOf(key));
  const knows = (authorization: string | undefined) => {
    const credential = credentialIn({ headers: { authorization }, rawHeaders: [] });
    return credential !== undefined && tokens.verify(credential) !== undefined;
  };
  return { knows, byToken: { identify: byToken(tokens), onEnded: (heard) => tokens.onEnded(heard), sessions }, close };
}
