import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { UsageError } from "../usage.ts";

/** By which every machine knows itself. */
const own = ["localhost", "127.0.0.1", "::1"];
const most = 100;

const dnsName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** The names that a certificate is for: those given, else all that this machine has; and those by which it knows itself. */
export function namesFor(given: readonly string[], found = ofThisMachine()): readonly string[] {
  const named = given.map((name) => name.toLowerCase().replace(/\.$/, ""));
  for (const [index, name] of named.entries()) {
    if (isIP(name) === 0 && !dnsName.test(name))
      throw new UsageError(
        `--name takes the name or the address of a machine, such as bench.local, not "${given[index]}"`,
      );
  }
  const all = [...new Set([...(named.length > 0 ? named : found), ...own])];
  if (all.length > most) throw new UsageError(`a certificate is for ${most} names at most, not for ${all.length}`);
  return all;
}

/** How others on its network may call it: as it is named, by mDNS, and by its addresses. */
function ofThisMachine(): readonly string[] {
  const name = hostname().toLowerCase();
  const names = name.includes(".") ? [name] : [name, `${name}.local`];
  const addresses = Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .filter(({ internal, scopeid }) => !internal && !scopeid);
  return [...names.filter((one) => dnsName.test(one)), ...addresses.map(({ address }) => address)];
}
