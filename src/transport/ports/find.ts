import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, PortMissingError } from "../../errors.ts";
import { type ListedPort, listSerialPorts } from "./serial-list.ts";
import { addressText, type UsbIdentity } from "./wiring.ts";

/** Whether it is the port that is meant. */
export const isMeant = (wanted: UsbIdentity, { usb }: ListedPort): boolean =>
  usb !== undefined &&
  usb.vendorId === wanted.vendorId &&
  usb.productId === wanted.productId &&
  (wanted.serialNumber === undefined || usb.serialNumber === wanted.serialNumber) &&
  (wanted.interface === undefined || usb.interface === wanted.interface);

/** Whether both can mean one and the same port. */
export const mayBeSame = (a: UsbIdentity, b: UsbIdentity): boolean =>
  a.vendorId === b.vendorId &&
  a.productId === b.productId &&
  agree(a.serialNumber, b.serialNumber) &&
  agree(a.interface, b.interface);

const agree = (a: unknown, b: unknown) => a === undefined || b === undefined || a === b;

/** The node of an adapter as it is now: the name it had before may be another's by this time. */
export async function findUsbPort(wanted: UsbIdentity, root = "/"): Promise<string> {
  const ports = await listSerialPorts(root);
  const found = ports.filter((port) => isMeant(wanted, port));
  const [port] = found;
  if (port && found.length === 1) return port.node;
  if (port) throw new ConfigError(ambiguity(wanted, found));
  const near = ports.filter(({ usb }) => usb?.vendorId === wanted.vendorId && usb.productId === wanted.productId);
  const others = near.map(({ node, usb }) => `${node} is no. ${usb?.serialNumber ?? "unknown"}`).join(", ");
  throw new PortMissingError(
    `there is no ${addressText({ usb: wanted })}${others && ` (but ${others})`}: plug it in, or correct "serial" in its entry`,
  );
}

/** Why an identity names no port of its own, and what would. */
export function ambiguity(wanted: UsbIdentity, found: readonly ListedPort[]): string {
  const sockets = new Set(found.map(({ usb }) => usb?.socket));
  const places = found.map(({ node, byPath, usb }) =>
    sockets.size > 1
      ? `${node} at ${byPath[0] ?? `USB socket ${usb?.socket}`}`
      : `${node}, interface ${usb?.interface}`,
  );
  const remedy =
    sockets.size === 1
      ? `add "interface" to say which of its ports`
      : wanted.serialNumber === undefined
        ? `add its "serialNumber", or name one by its path in /dev/serial/by-path`
        : "they have the same serial number, so name one by its path in /dev/serial/by-path";
  return `${addressText({ usb: wanted })} is there ${found.length} times (${places.join("; ")}): ${remedy}`;
}

/** Whether a path leads anywhere at the moment. */
export const pathLeads = (path: string, root = "/"): Promise<boolean> =>
  realpath(join(root, path)).then(
    () => true,
    () => false,
  );
