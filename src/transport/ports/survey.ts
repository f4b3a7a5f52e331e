import { type ListedChip, listGpioChips } from "../gpio-listing.ts";
import { accessTo } from "./access.ts";
import { isMeant } from "./find.ts";
import { type Holder, holdersOf } from "./holders.ts";
import { type ListedPort, listSerialPorts } from "./serial-list.ts";
import type { UsbIdentity } from "./wiring.ts";

/** What this user may do with a device. */
interface Access {
  readonly allowed: boolean;
  /** Those who may. */
  readonly group: string;
}

export interface SurveyedPort extends ListedPort, Access {
  /** What to write behind `serial:` to mean this port and no other. */
  readonly serial: string;
  /** That means whatever is plugged in there, or takes its name. */
  readonly loose: boolean;
  readonly holders: readonly Holder[];
}

export type SurveyedChip = ListedChip & Access;

export interface Survey {
  readonly serialPorts: readonly SurveyedPort[];
  readonly gpioChips: readonly SurveyedChip[];
}

/** What this machine has that a bench can be wired to. Nothing is opened: that alone would reset some boards. */
export async function survey(root = "/"): Promise<Survey> {
  const [ports, chips] = await Promise.all([listSerialPorts(root), listGpioChips(root)]);
  return {
    serialPorts: await Promise.all(
      ports.map(async (port) => ({
        ...port,
        ...(await accessTo(port.node, root)),
        ...serialLine(port, ports),
        holders: await holdersOf(port.node, root),
      })),
    ),
    gpioChips: await Promise.all(chips.map(async (chip) => ({ ...chip, ...(await accessTo(chip.node, root)) }))),
  };
}

/** The firmest name that a port has: what the device says of itself, its socket, and only then what it is called now. */
function serialLine(port: ListedPort, all: readonly ListedPort[]): Pick<SurveyedPort, "serial" | "loose"> {
  const { usb, byPath, aliases, node } = port;
  const bySocket = byPath[0] ?? aliases[0];
  if (!usb) return { serial: bySocket ?? node, loose: false };
  const { vendorId, productId, serialNumber, interface: number } = usb;
  const kind = { vendorId, productId };
  const several = all.some((other) => other !== port && other.usb?.socket === usb.socket);
  const identity: UsbIdentity = {
    ...kind,
    ...(serialNumber !== undefined && { serialNumber }),
    ...(several && { interface: number }),
  };
  const unique = all.filter((other) => isMeant(identity, other)).length === 1;
  if (unique && serialNumber !== undefined) return { serial: inYaml(identity), loose: false };
  if (bySocket !== undefined) return { serial: bySocket, loose: true };
  return { serial: unique ? inYaml(identity) : node, loose: true };
}

/** Texts in quotes: 0403 without would be a number. */
function inYaml(usb: UsbIdentity): string {
  const settings = Object.entries(usb).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ usb: { ${settings.join(", ")} } }`;
}
