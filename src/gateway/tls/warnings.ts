import { stat } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import { isPair, readPair, type TlsPair } from "./pair.ts";

const dayMs = 86_400_000;
/** Whoever renews by himself does so before this, whichever is less: days, and a part of its time. */
const soon = { days: 14, part: 0.25 };

/** What is allowed of a certificate and its key, and yet dangerous or seldom meant; each with its place in the file. */
export async function tlsWarnings({ listen, allowedHosts, at }: Config, now: Date): Promise<readonly string[]> {
  const { tls } = listen;
  const pair = tls && (await readPair(tls));
  if (!tls || !pair || !isPair(pair)) return [];
  const place = at("listen", "tls", "certificate");
  return [
    ...validity(tls.certificate, pair, now).map((warning) => `${place}: ${warning}`),
    ...unnamed(pair, allowedHosts).map((name) => `${place}: ${tls.certificate} is not for ${name}${notFor}`),
    ...(await exposed(tls.key)).map((warning) => `${at("listen", "tls", "key")}: ${warning}`),
  ];
}

const notFor = ", which is in allowedHosts: clients that ask for that name will not trust it";

/** Whether its time has come, or is nearly over. */
export function validity(file: string, { leaf }: TlsPair, now: Date): readonly string[] {
  const from = new Date(leaf.validFrom);
  const to = new Date(leaf.validTo);
  const until = to.toISOString();
  if (now < from) return [`${file} is not valid before ${from.toISOString()}: is the clock right?`];
  if (now > to) return [`${file} has expired on ${until}, and clients will refuse it: renew it`];
  const left = to.getTime() - now.getTime();
  const late = left < Math.min(soon.days * dayMs, soon.part * (to.getTime() - from.getTime()));
  return late ? [`${file} expires on ${until}, in ${Math.floor(left / dayMs)} days: renew it`] : [];
}

/** An address needs not to be listed among the hosts. */
const unnamed = ({ leaf }: TlsPair, hosts: readonly string[]): readonly string[] =>
  hosts.filter((host) => /[a-z]/i.test(host) && leaf.checkHost(host) === undefined);

/** The group may read it: that is how a key is shared with a service. */
async function exposed(file: string): Promise<readonly string[]> {
  const { mode } = await stat(file).catch(() => ({ mode: 0 }));
  if ((mode & 0o007) !== 0) return [`${file} is open to everybody on this machine: chmod o= ${file}`];
  return (mode & 0o020) !== 0 ? [`${file} may be written by its group: chmod g-w ${file}`] : [];
}
