import { joinGroup } from "../transport/ports/access.ts";
import { holdersText } from "../transport/ports/holders.ts";
import { type SurveyedChip, type SurveyedPort, survey } from "../transport/ports/survey.ts";
import type { Command } from "./shell.ts";
import { readArguments } from "./usage.ts";
import { visible } from "./visible.ts";

/** The command that lists ports; `root` is where `/sys`, `/dev` and `/proc` are. */
export const portsIn = (root: string): Command => ({
  usage: "benchd ports [--json]",
  summary: "List serial ports and GPIO chips with what a configuration needs, and open none of them.",
  help: [
    "--json    for programs: everything that is known of each",
    "",
    "Who has a port in use is seen of one's own programs; root sees all: sudo benchd ports",
  ],

  async run(args, shell) {
    const { values } = readArguments(args, { json: { type: "boolean", default: false } });
    const found = await survey(root);
    const text = values.json ? JSON.stringify(found, undefined, 2) : told(found.serialPorts, found.gpioChips);
    shell.print(visible(text));
    return 0;
  },
});

export const ports = portsIn("/");

const told = (serialPorts: readonly SurveyedPort[], gpioChips: readonly SurveyedChip[]) =>
  [
    ...(serialPorts.length > 0 ? serialPorts.flatMap(portLines) : [noPort]),
    ...(gpioChips.length > 0 ? gpioChips.flatMap(chipLines) : [noChip]),
  ].join("\n");

export const noPort = "no serial port: plug the device in; dmesg tells whether the kernel has seen it";
const noChip = "no GPIO chip";

/** What `benchd ports` says of one. */
export function portLines(port: SurveyedPort): readonly string[] {
  const { node, usb, driver, aliases, loose, serial, holders } = port;
  const made = [usb?.manufacturer, usb?.product].filter((part) => part !== undefined).join(" ") || "USB adapter";
  const which = usb?.serialNumber === undefined ? "without serial number" : `no. ${usb.serialNumber}`;
  const what = usb ? `${made} (${usb.vendorId}:${usb.productId}, ${which})` : "UART of this machine";
  const where = usb ? `USB socket ${usb.socket}, interface ${usb.interface}` : aliases.join(", ");
  return [
    [`${node}: ${what}`, driver, where].filter(Boolean).join(", "),
    `    serial: ${serial}`,
    ...(loose ? [`    ${whyLoose(port)}`] : []),
    ...(port.console ? ["    the kernel's console is on it: sudo raspi-config, Interface Options, Serial Port"] : []),
    ...(holders.length > 0 ? [`    in use ${holdersText(holders, node)}`] : []),
    ...access(port),
  ];
}

const whyLoose = ({ serial, node, usb }: SurveyedPort) =>
  serial === node
    ? "nothing tells it from its like, and its name may change: plug in one at a time, or install udev"
    : serial.startsWith("/")
      ? "that is the socket, not the device: leave it where it is plugged in"
      : `any other ${usb?.vendorId}:${usb?.productId} would be taken for it: it has no serial number`;

function chipLines(chip: SurveyedChip): readonly string[] {
  const { node, label, driver, lines, header } = chip;
  const size = lines === undefined ? "" : `, ${lines} lines`;
  return [
    `${node}: ${label ?? driver ?? "GPIO chip"}${size}${header ? ", the pins of the header" : ""}`,
    ...(header ? ["    gpio: { <pin>: { line: <BCM number> } }"] : []),
    ...access(chip),
  ];
}

const access = ({ allowed, group }: { readonly allowed: boolean; readonly group: string }) =>
  allowed ? [] : [`    this user may not open it: ${joinGroup(group)}`];
