import { realpath } from "node:fs/promises";
import { join, posix, relative } from "node:path";
import { ambiguity, isMeant, mayBeSame } from "../transport/ports/find.ts";
import { type ListedPort, listSerialPorts } from "../transport/ports/serial-list.ts";
import { addressText, type PortAddress } from "../transport/ports/wiring.ts";
import type { ThingConfig } from "./config.ts";
import type { ConfigFile } from "./config-file.ts";

const eachItsOwn = "a port has one Thing, give each its own";

/** No two Things may mean the same port, on whatever machine the file is read. */
export function checkPortsApart(source: ConfigFile, things: readonly ThingConfig[]): void {
  for (const [index, { name, serial }] of things.entries()) {
    if (!serial) continue;
    const { address } = serial;
    const holder = things.slice(0, index).find((other) => other.serial && overlap(other.serial.address, address));
    if (!holder?.serial) continue;
    const owner = `${holder.name} (${source.at(["things", holder.name, "serial"])})`;
    const message =
      addressText(holder.serial.address).toLowerCase() === addressText(address).toLowerCase() || "path" in address
        ? `${addressText(address)} already belongs to ${owner}: ${eachItsOwn}`
        : `${addressText(address)} may be the port of ${owner}: tell them apart by "serialNumber" or "interface"`;
    source.mistake(["things", name, "serial"], message);
  }
}

function overlap(a: PortAddress, b: PortAddress): boolean {
  if ("path" in a) return "path" in b && posix.normalize(a.path) === posix.normalize(b.path);
  if ("usb" in a) return "usb" in b && mayBeSame(a.usb, b.usb);
  return "tcp" in b && a.tcp.host === b.tcp.host && a.tcp.port === b.tcp.port;
}

/** What this machine makes of it at the moment: adapters that nobody can tell apart, names that lead to one port. */
export async function checkPortsHere(source: ConfigFile, things: readonly ThingConfig[], root = "/"): Promise<void> {
  if (!things.some(({ serial }) => serial)) return;
  const ports = await listSerialPorts(root);
  const taken = new Map<string, { readonly name: string; readonly address: PortAddress }>();
  for (const { name, serial } of things) {
    if (!serial) continue;
    const { address } = serial;
    const path = ["things", name, "serial"];
    const meant = await nodesOf(address, ports, root);
    if (meant.length > 1 && "usb" in address) {
      const found = ports.filter(({ node }) => meant.includes(node));
      source.mistake(path, ambiguity(address.usb, found));
    }
    const [node] = meant;
    if (node === undefined || meant.length > 1) continue;
    const holder = taken.get(node);
    if (!holder) taken.set(node, { name, address });
    else if (!overlap(holder.address, address)) {
      const owner = `${holder.name} (${source.at(["things", holder.name, "serial"])})`;
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
