import { realpath } from "node:fs/promises";
import { join, posix, relative } from "node:path";
import { ambiguity, isMeant, mayBeSame } from "../../transport/ports/find.ts";
import { type ListedPort, listSerialPorts } from "../../transport/ports/serial-list.ts";
import { addressText, type PortAddress, type PortWiring } from "../../transport/ports/wiring.ts";
import type { Config } from "./config.ts";
import type { ConfigFile, Path } from "./file.ts";

const eachItsOwn = "a port has one Thing, give each its own; several share one as a bus, below buses:";

/** A port that the configuration names, and for whom. */
export interface NamedPort {
  /** The Thing, or the bus. */
  readonly owner: string;
  readonly path: Path;
  readonly address: PortAddress;
}

/** Every port that the configuration names. */
export function portsOf({ things, buses }: Pick<Config, "things" | "buses">): readonly NamedPort[] {
  const named =
    (section: string) =>
    ({ name, serial }: { readonly name: string; readonly serial: PortWiring | undefined }): NamedPort[] =>
      serial ? [{ owner: name, path: [section, name, "serial"], address: serial.address }] : [];
  return [...[...buses.values()].flatMap(named("buses")), ...[...things.values()].flatMap(named("things"))];
}

/** No two may mean the same port, on whatever machine the file is read. */
export function checkPortsApart(source: ConfigFile, ports: readonly NamedPort[]): void {
  for (const [index, { path, address }] of ports.entries()) {
    const holder = ports.slice(0, index).find((other) => overlap(other.address, address));
    if (!holder) continue;
    const owner = `${holder.owner} (${source.at(holder.path)})`;
    const message =
      addressText(holder.address).toLowerCase() === addressText(address).toLowerCase() || "path" in address
        ? `${addressText(address)} already belongs to ${owner}: ${eachItsOwn}`
        : `${addressText(address)} may be the port of ${owner}: tell them apart by "serialNumber" or "interface"`;
    source.mistake(path, message);
  }
}

function overlap(a: PortAddress, b: PortAddress): boolean {
  if ("path" in a) return "path" in b && posix.normalize(a.path) === posix.normalize(b.path);
  if ("usb" in a) return "usb" in b && mayBeSame(a.usb, b.usb);
  return "tcp" in b && a.tcp.host === b.tcp.host && a.tcp.port === b.tcp.port;
}

/** What this machine makes of it at the moment: adapters that nobody can tell apart, names that lead to one port. */
export async function checkPortsHere(source: ConfigFile, named: readonly NamedPort[], root = "/"): Promise<void> {
  if (named.length === 0) return;
  const ports = await listSerialPorts(root);
  const taken = new Map<string, NamedPort>();
  for (const port of named) {
    const { path, address } = port;
    const meant = await nodesOf(address, ports, root);
    if (meant.length > 1 && "usb" in address) {
      const found = ports.filter(({ node }) => meant.includes(node));
      source.mistake(path, ambiguity(address.usb, found));
    }
    const [node] = meant;
    if (node === undefined || meant.length > 1) continue;
    const holder = taken.get(node);
    if (!holder) taken.set(node, port);
    else if (!overlap(holder.address, address)) {
      const owner = `${holder.owner} (${source.at(holder.path)})`;
      source.mistake(path, `${addressText(address)} and the port of ${owner} are both ${node} now: ${eachItsOwn}`);
    }
  }
}

async function nodesOf(address: PortAddress, ports: readonly ListedPort[], root: string): Promise<readonly string[]> {
  if ("usb" in address) return ports.filter((port) => isMeant(address.usb, port)).map(({ node }) => node);
  if ("tcp" in address) return [];
  const target = await realpath(join(root, address.path)).catch(() => undefined);
  return target === undefined ? [] : [`/${relative(root, target)}`];
}
