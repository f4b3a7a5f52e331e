import type { Logger } from "pino";
import type { Clock } from "../../clock.ts";
import { ConfigError } from "../../errors.ts";
import type { Config } from "../../gateway/config/config.ts";
import { isPair, readPair, type TlsPair } from "../../gateway/tls/pair.ts";
import { tlsWarnings } from "../../gateway/tls/warnings.ts";
import { renew } from "../../http/secure.ts";
import type { App } from "../../http/view.ts";
import { leaveCertificate } from "./local-certificate.ts";
import { Renewal } from "./renewal.ts";

/** The certificate and the key that the configuration names, if it names any. Throws a `ConfigError` for what is no pair. */
export async function pairOf(config: Config, log: Pick<Logger, "warn">): Promise<TlsPair | undefined> {
  const { tls } = config.listen;
  if (!tls) return undefined;
  const read = await readPair(tls);
  if (!isPair(read)) throw new ConfigError(`${config.at("listen", "tls", read.of)}: ${read.message}`);
  for (const warning of await tlsWarnings(config, new Date())) log.warn(warning);
  return read;
}

interface Serving {
  readonly app: App;
  readonly config: Config;
  readonly pair: TlsPair | undefined;
  /** The process clock. */
  readonly clock: Clock;
  readonly log: Logger;
}

/** While it listens: take new certificates as they come, and leave the one in use for commands of this machine. */
export async function keepSecured({ app, config, pair, clock, log }: Serving): Promise<() => void> {
  const { stateDirectory, listen } = config;
  const files = listen.tls;
  if (!files || !pair) return () => {};
  await leaveCertificate(stateDirectory, pair.cert);
  const use = (renewed: TlsPair) => {
    renew(app, renewed);
    void leaveCertificate(stateDirectory, renewed.cert);
  };
  const renewal = new Renewal({ files, pair, clock, log, use });
  return () => renewal.stop();
}
