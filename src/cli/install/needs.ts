import { realpathSync } from "node:fs";
import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import type { NotifierConfig } from "../../experiment/notify/notifier-config.ts";
import { isLoopback } from "../../gateway/config/access.ts";
import type { Config } from "../../gateway/config/config.ts";
import { isAnnounced } from "../../gateway/config/discovery.ts";
import { filesToRead } from "../../gateway/config/secrets.ts";
import type { PortAddress } from "../../transport/ports/wiring.ts";

/** What a configuration needs of the machine, and so what a sandbox has to leave open. */
export interface Needs {
  /** As `DeviceAllow=` names them: classes of the kernel, or nodes. */
  readonly devices: readonly string[];
  /** Kernel modules without which these classes do not exist. */
  readonly modules: readonly string[];
  /** As `IPAddressAllow=` names them, besides this machine. */
  readonly networks: readonly string[];
  /** The serial ports, as the configuration names them. */
  readonly ports: readonly PortAddress[];
  /** GPIO by files in /sys. */
  readonly sysfs: boolean;
  /** Where it keeps its state, if that is not where systemd puts it. */
  readonly stateDirectory: string | undefined;
  /** Files of others that it reads: drivers and twins that do not come with benchd, certificates, keys and other secrets, procedures. */
  readonly foreign: readonly string[];
  /** The key of its certificate: for nobody but the service. */
  readonly key: string | undefined;
  /** It answers more than this machine. */
  readonly listensToOthers: boolean;
}

const usbSerial = ["char-ttyUSB", "char-ttyACM"];
const moduleOf: Readonly<Record<string, string>> = { "char-ttyUSB": "usbserial", "char-ttyACM": "cdc_acm" };
/** Where a serial server may be that is known by its name only, and clients. */
export const localNetworks = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "fe80::/10",
  "fd00::/8",
];
/** Whose addresses are nobody's in particular (RFC 6598), as some VPNs give them. */
const vpns = ["100.64.0.0/10"];

/** Where mDNS is spoken (RFC 6762). */
const mdnsGroup = "224.0.0.251";

export function needsOf(config: Config): Needs {
  const entries = [...config.buses.values(), ...config.things.values()];
  const ports = entries.flatMap(({ serial }) => (serial ? [serial.address] : []));
  const pins = [...config.things.values()].some(({ gpio }) => Object.keys(gpio).length > 0);
  const devices = distinct([...ports.flatMap(devicesOf), ...(pins ? ["char-gpiochip"] : [])]);
  const { stateDirectory, listen, access } = config;
  const listensToOthers = !isLoopback(listen.host);
  return {
    devices,
    modules: devices.flatMap((device) => moduleOf[device] ?? []),
    networks: distinct([
      ...ports.flatMap(networksOf),
      ...(config.notifiers ?? []).flatMap(networksOfNotifier),
      ...(listensToOthers ? [...localNetworks, ...vpns, ...access.proxies] : []),
      ...(isAnnounced(config) ? [mdnsGroup] : []),
    ]),
    ports: ports.filter((address) => !("tcp" in address)),
    sysfs: pins && config.gpio.backend !== "character-device",
    stateDirectory,
    foreign: [
      ...[...config.things.values()].flatMap(({ driver, twin = "" }) => [driver, twin]).filter(isAbsolute),
      ...(listen.tls ? [listen.tls.certificate, listen.tls.key] : []),
      ...filesToRead(config),
    ],
    key: listen.tls?.key,
    listensToOthers,
  };
}

function devicesOf(address: PortAddress): readonly string[] {
  if ("tcp" in address) return [];
  if ("usb" in address) return usbSerial;
  const { path } = address;
  const found = classOf(path) ?? classOf(behind(path));
  if (found) return found;
  return path.startsWith("/dev/serial/") ? usbSerial : [...usbSerial, path];
}

/** Undefined for a link of somebody's own. */
function classOf(path: string): readonly string[] | undefined {
  if (/^\/dev\/ttyUSB\d+$/.test(path)) return ["char-ttyUSB"];
  if (/^\/dev\/ttyACM\d+$/.test(path)) return ["char-ttyACM"];
  if (/^\/dev\/ttyAMA\d+$/.test(path)) return ["char-ttyAMA"];
  // Its class would be that of the consoles as well.
  if (/^\/dev\/ttyS\d+$/.test(path)) return [path];
  // The Pi's own UART, whichever of its two it is on this model.
  if (/^\/dev\/serial\d$/.test(path)) return ["char-ttyAMA", path];
  return undefined;
}

function behind(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is not plugged in.
    return path;
  }
}

function networksOf(address: PortAddress): readonly string[] {
  if (!("tcp" in address) || address.tcp.host === "localhost") return [];
  return isIP(address.tcp.host) ? [address.tcp.host] : localNetworks;
}

/** Who is told is anywhere, unless it is named by an address. */
function networksOfNotifier({ way }: NotifierConfig): readonly string[] {
  const host = way.kind === "mail" ? way.host : typeof way.url === "string" ? new URL(way.url).hostname : "";
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (isLoopback(bare)) return [];
  return isIP(bare) ? [bare] : ["any"];
}

const distinct = (all: readonly string[]) => [...new Set(all)];
