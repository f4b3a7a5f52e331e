import type { PortAddress } from "../../transport/ports/wiring.ts";

/** Who may open a serial port of ours, and who is to keep off it: ModemManager asks every new one whether it is a modem. */
const ours = 'GROUP="dialout", MODE="0660", ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"';

/** Rules for the ports of a configuration, and for GPIO. */
export function udevRules(ports: readonly PortAddress[], gpio: boolean): string {
  const lines = ports.flatMap(rulesOf);
  return [
    ...(gpio ? ['SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"'] : []),
    ...new Set(lines),
    "",
  ].join("\n");
}

function rulesOf(address: PortAddress): readonly string[] {
  if ("tcp" in address) return [];
  if ("path" in address) {
    // Links are made by rules that come before these.
    const name = pattern(address.path.replace(/^\/dev\//, ""));
    return [`SUBSYSTEM=="tty", KERNEL=="${name}", ${ours}`, `SUBSYSTEM=="tty", SYMLINK=="${name}", ${ours}`];
  }
  const { vendorId, productId, serialNumber } = address.usb;
  const which = (attribute: "ATTR" | "ATTRS") =>
    [
      `${attribute}{idVendor}=="${vendorId}"`,
      `${attribute}{idProduct}=="${productId}"`,
      ...(serialNumber === undefined ? [] : [`${attribute}{serial}=="${pattern(serialNumber)}"`]),
    ].join(", ");
  return [
    `SUBSYSTEM=="tty", ${which("ATTRS")}, ${ours}`,
    // The rules of brltty take many a USB adapter for a Braille display, by its number alone, and start it.
    `SUBSYSTEM=="usb", ${which("ATTR")}, ENV{BRLTTY_BRAILLE_DRIVER}=="?*", ENV{BRLTTY_BRAILLE_DRIVER}="", ENV{SYSTEMD_WANTS}=""`,
  ];
}

/** A text in a rule, where some letters stand for others: those match any one. */
const pattern = (text: string) => text.replaceAll(/[^\w/.:+@-]/g, "?");
