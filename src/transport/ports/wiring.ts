/** A USB adapter by what it says of itself, wherever it is plugged in. */
export interface UsbIdentity {
  /** Four hexadecimal digits in small letters. */
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber?: string;
  /** Which of its ports, when it has several: the number of the USB interface, from 0. */
  readonly interface?: number;
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a port is found. */
export type PortAddress = { readonly path: string } | { readonly usb: UsbIdentity } | { readonly tcp: TcpAddress };

/** What is particular about one port, whatever driver uses it. */
export interface PortOptions {
  /** Opening it resets the device, so that it has to start first: `openQuietMs` is 2000 unless told. */
  readonly resetsOnOpen?: boolean;
  /** Nothing is sent before nothing has come for this long after opening; milliseconds, 20 unless told. */
  readonly openQuietMs?: number;
  /** Whether DTR and RTS drop when the port is closed, which resets many boards; left as it is unless told. */
  readonly hupcl?: boolean;
  /** The level of DTR while the port is open; `true` unless told. */
  readonly dtr?: boolean;
  readonly rts?: boolean;
  readonly flowControl?: "none" | "hardware" | "software";
  /** A port that takes nothing for this long is given up; milliseconds, 5000 unless told. */
  readonly writeTimeoutMs?: number;
}

export interface PortWiring {
  readonly address: PortAddress;
  readonly options: PortOptions;
}

/** As one would write it. */
export function addressText(address: PortAddress): string {
  if ("path" in address) return address.path;
  if ("tcp" in address) {
    const { host, port } = address.tcp;
    return `tcp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }
  const { vendorId, productId, serialNumber, interface: number } = address.usb;
  const which = serialNumber === undefined ? "" : ` no. ${serialNumber}`;
  return `USB adapter ${vendorId}:${productId}${which}${number === undefined ? "" : `, interface ${number}`}`;
}

/** What a device that is reset by opening needs to start: an Arduino's boot loader takes 1.6 s of it. */
const startMs = 2000;

/** USB adapters hand on what they have kept within some 16 ms. */
const keptMs = 20;

/** How long it has to be silent after opening before anything is sent. */
export const quietAfterOpening = ({ resetsOnOpen, openQuietMs }: PortOptions): number =>
  openQuietMs ?? (resetsOnOpen ? startMs : keptMs);
