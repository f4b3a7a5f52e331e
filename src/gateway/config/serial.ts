import type { PortAddress, PortOptions, PortWiring, TcpAddress, UsbIdentity } from "../../transport/ports/wiring.ts";
import type { ConfigFile, Path } from "./file.ts";
import { fits, soundFields } from "./judge.ts";
import { portSchema, serialSchema, usbSchema } from "./schema.ts";

/** `serial:` of an entry; undefined when it does not tell where the port is. */
export function readSerial(source: ConfigFile, path: Path, value: unknown): PortWiring | undefined {
  if (typeof value !== "object" || value === null) {
    if (!fits(source, portSchema, value, path)) return undefined;
    const address = value.startsWith("/") ? { path: value } : readTcp(source, path, value);
    return address && { address, options: {} };
  }
  const { path: node, usb, tcp, ...options } = soundFields(source, serialSchema, value, path);
  checkOptions(source, path, options);
  const named = ["path", "usb", "tcp"].filter((way) => source.has([...path, way]));
  if (named.length !== 1) {
    const why = named.length === 0 ? "nothing tells where the port is" : `${named.join(" and ")} exclude each other`;
    source.mistake(path, `${why}: name one of path, usb and tcp`);
    return undefined;
  }
  const address: PortAddress | undefined =
    node !== undefined
      ? { path: node }
      : tcp !== undefined
        ? readTcp(source, [...path, "tcp"], tcp)
        : named[0] === "usb"
          ? readUsb(source, [...path, "usb"], usb)
          : undefined;
  return address && { address, options };
}

function readTcp(source: ConfigFile, path: Path, text: string): { readonly tcp: TcpAddress } | undefined {
  const [, host = "", digits] = /^(?:tcp:\/\/)?(.*):(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return { tcp: { host: host.replaceAll(/[[\]]/g, "").toLowerCase(), port } };
  source.mistake(path, `there is no port ${digits}: it must be from 1 to 65535, as the serial server is set up`);
  return undefined;
}

function readUsb(source: ConfigFile, path: Path, value: unknown): { readonly usb: UsbIdentity } | undefined {
  const { vendorId, productId, ...which } = soundFields(source, usbSchema, value, path);
  if (vendorId === undefined || productId === undefined) return undefined;
  return { usb: { vendorId: vendorId.toLowerCase(), productId: productId.toLowerCase(), ...which } };
}

/** Options that exclude each other, or where the port is. */
function checkOptions(source: ConfigFile, path: Path, { flowControl, rts, openQuietMs, resetsOnOpen }: PortOptions) {
  if (source.has([...path, "tcp"])) {
    for (const option of ["hupcl", "dtr", "rts", "flowControl"])
      if (source.has([...path, option]))
        source.mistake([...path, option], `"${option}" is set at the serial server, not here: leave it out`, "key");
  }
  if (flowControl === "hardware" && rts !== undefined)
    source.mistake([...path, "rts"], `hardware flow control has the line RTS: leave "rts" or "flowControl" out`, "key");
  if (resetsOnOpen && openQuietMs === 0)
    source.mistake([...path, "openQuietMs"], "a device that is reset by opening needs time to start: say how much");
}
