import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A serial port as the kernel lists it, without anybody having opened it. */
export interface ListedPort {
  /** `/dev/ttyUSB0`; on a bench that is unplugged and plugged in again, the next device may get it. */
  readonly node: string;
  /** The USB adapter it belongs to; a UART of the machine itself has none. */
  readonly usb: ListedUsb | undefined;
  /** The kernel's driver, such as `ftdi_sio`. */
  readonly driver: string | undefined;
  /** Its links in `/dev/serial/by-id`, which udev makes. */
  readonly byId: readonly string[];
  readonly byPath: readonly string[];
  /** Other names of a UART, such as `/dev/serial0`. */
  readonly aliases: readonly string[];
  /** The kernel writes its messages there, and a login may wait there. */
  readonly console: boolean;
}

export interface ListedUsb {
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber: string | undefined;
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  readonly interface: number;
  /** The socket it is plugged into, as the kernel names it: `1-1.2` is the second of the hub in the first. */
  readonly socket: string;
}

/**
 * All serial ports of this machine, from what the kernel tells: udev is not needed. `root` is where `/sys`, `/dev` and
 * `/proc` are.
 */
export async function listSerialPorts(root = "/"): Promise<readonly ListedPort[]> {
  const names = await entries(join(root, "sys/class/tty"));
  const [byId, byPath, aliases, consoles] = await Promise.all([
    links(root, "dev/serial/by-id"),
    links(root, "dev/serial/by-path"),
    links(root, "dev", /^serial\d+$/),
    consoleNames(root),
  ]);
  const found = await Promise.all(names.map((name) => deviceOf(root, name)));
  return found
    .flatMap((port) => port ?? [])
    .map(({ name, ...port }) => ({
      node: `/dev/${name}`,
      ...port,
      byId: byId.get(name) ?? [],
      byPath: byPath.get(name) ?? [],
      aliases: aliases.get(name) ?? [],
      console: consoles.has(name) || (aliases.get(name) ?? []).some((alias) => consoles.has(basename(alias))),
    }))
    .toSorted((a, b) => a.node.localeCompare(b.node, "en", { numeric: true }));
}

/** Undefined for what is no port: a screen's terminal, or a number that is kept for hardware that is not there. */
async function deviceOf(root: string, name: string) {
  const folder = join(root, "sys/class/tty", name);
  const device = await realpath(join(folder, "device")).catch(() => undefined);
  if (device === undefined || (await text(join(folder, "type"))) === "0") return undefined;
  const driver = await readlink(join(device, "driver")).catch(() => undefined);
  return { name, usb: await usbOf(device), driver: driver && basename(driver) };
}

/** Upwards from the port: first its interface, then the adapter that has the interface. */
async function usbOf(device: string): Promise<ListedUsb | undefined> {
  let number: string | undefined;
  for (let at = device; dirname(at) !== at; at = dirname(at)) {
    number ??= await text(join(at, "bInterfaceNumber"));
    const vendorId = number === undefined ? undefined : await text(join(at, "idVendor"));
    if (number === undefined || vendorId === undefined) continue;
    return {
      vendorId: vendorId.toLowerCase(),
      productId: ((await text(join(at, "idProduct"))) ?? "").toLowerCase(),
      serialNumber: (await text(join(at, "serial"))) || undefined,
      manufacturer: (await text(join(at, "manufacturer"))) || undefined,
      product: (await text(join(at, "product"))) || undefined,
      interface: Number.parseInt(number, 16),
      socket: basename(at),
    };
  }
  return undefined;
}

/** Links in a folder by the name of the node that each leads to. */
async function links(root: string, folder: string, pattern = /./): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const name of (await entries(join(root, folder))).filter((entry) => pattern.test(entry))) {
    const target = await readlink(join(root, folder, name)).catch(() => undefined);
    if (target === undefined) continue;
    const node = basename(target);
    found.set(node, [...(found.get(node) ?? []), `/${folder}/${name}`]);
  }
  return found;
}

/** From `console=ttyS0,115200` in the kernel's command line, and from what the kernel has made of it. */
async function consoleNames(root: string): Promise<ReadonlySet<string>> {
  const told = (await text(join(root, "proc/cmdline"))) ?? "";
  const named = [...told.matchAll(/\bconsole=([\w]+)/g)].map(([, name = ""]) => name);
  const active = ((await text(join(root, "sys/class/tty/console/active"))) ?? "").split(/\s+/);
  return new Set([...named, ...active]);
}

const entries = (folder: string) => readdir(folder).catch((): string[] => []);

/** The strings of a device are its own: no line breaks and control characters out of them. */
const text = (file: string) =>
  readFile(file, "utf8").then(
    (content) => content.replaceAll(/\p{Cc}+/gu, " ").trim(),
    () => undefined,
  );
