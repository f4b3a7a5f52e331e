import { afterEach, describe, expect, it } from "vitest";
import { ConfigError, PortMissingError } from "../../src/errors.ts";
import { listGpioChips } from "../../src/transport/gpio-listing.ts";
import { findUsbPort } from "../../src/transport/ports/find.ts";
import { holdersOf, holdersText } from "../../src/transport/ports/holders.ts";
import { listSerialPorts } from "../../src/transport/ports/serial-list.ts";
import { survey } from "../../src/transport/ports/survey.ts";
import { machine } from "./machine.ts";

let here = machine();
afterEach(() => {
  here.remove();
  here = machine();
});

const pump = { vendorId: "0403", productId: "6001", serialNumber: "A1" };

describe("the listing of serial ports", () => {
  it("needs no udev: the kernel tells who each adapter is", async () => {
    here.plug({ socket: "1-1.2", serialNumber: "A1", product: "FT232R", nodes: ["ttyUSB10"] });
    here.plug({ socket: "1-1.4", vendorId: "2341", productId: "0043", nodes: ["ttyACM0"] });
    here.plug({ socket: "1-1.3", vendorId: "10C4", productId: "EA60", serialNumber: "", nodes: ["ttyUSB2"] });
    const found = await listSerialPorts(here.root);
    expect(found.map(({ node, usb }) => [node, usb])).toEqual([
      ["/dev/ttyACM0", expect.objectContaining({ vendorId: "2341", productId: "0043", socket: "1-1.4", interface: 0 })],
      ["/dev/ttyUSB2", expect.objectContaining({ vendorId: "10c4", productId: "ea60", serialNumber: undefined })],
      ["/dev/ttyUSB10", expect.objectContaining({ serialNumber: "A1", product: "FT232R", socket: "1-1.2" })],
    ]);
    expect(found.map(({ byId, byPath }) => [...byId, ...byPath])).toEqual([[], [], []]);
  });

  it("tells the ports of one adapter apart by their interface", async () => {
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0", "ttyUSB1"] });
    const found = await listSerialPorts(here.root);
    expect(found.map(({ node, usb, driver }) => [node, usb?.interface, driver])).toEqual([
      ["/dev/ttyUSB0", 0, "ftdi_sio"],
      ["/dev/ttyUSB1", 1, "ftdi_sio"],
    ]);
  });

  it("has udev's names where there are any", async () => {
    here.plug({
      socket: "1-1",
      nodes: ["ttyUSB0"],
      byId: "usb-FTDI_A1-if00-port0",
      byPath: "platform-usb-0:1:1.0-port0",
    });
    expect(await listSerialPorts(here.root)).toMatchObject([
      {
        byId: ["/dev/serial/by-id/usb-FTDI_A1-if00-port0"],
        byPath: ["/dev/serial/by-path/platform-usb-0:1:1.0-port0"],
      },
    ]);
  });

  it("has the UARTs of the machine, but no number that is kept for one that is not there", async () => {
    here.uart("ttyAMA0", { alias: "serial0" });
    here.uart("ttyS1", { type: 0 });
    expect(await listSerialPorts(here.root)).toMatchObject([
      { node: "/dev/ttyAMA0", usb: undefined, aliases: ["/dev/serial0"], console: false },
    ]);
  });

  it.each(["console=tty1 console=ttyAMA0,115200", "console=serial0,115200"])("sees a console at %s", async (text) => {
    here.uart("ttyAMA0", { alias: "serial0" });
    here.plug({ socket: "1-1", nodes: ["ttyUSB0"] });
    here.kernel(text);
    expect((await listSerialPorts(here.root)).map(({ console }) => console)).toEqual([true, false]);
  });

  it("is empty on a machine that tells nothing", async () => {
    expect(await survey(`${here.root}/nowhere`)).toEqual({ serialPorts: [], gpioChips: [] });
  });
});

describe("F11: an adapter by its identity", () => {
  it("is found by whatever name it has come back", async () => {
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"] });
    expect(await findUsbPort(pump, here.root)).toBe("/dev/ttyUSB0");
    here.unplug({ socket: "1-1", nodes: ["ttyUSB0"] });
    here.plug({ socket: "1-3", serialNumber: "B2", nodes: ["ttyUSB0"] });
    await expect(findUsbPort(pump, here.root)).rejects.toThrow(
      /no USB adapter 0403:6001 no\. A1 \(but .*ttyUSB0 is no\. B2\)/,
    );
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB1"] });
    expect(await findUsbPort(pump, here.root)).toBe("/dev/ttyUSB1");
  });

  it("is missing when it is not there", async () => {
    await expect(findUsbPort(pump, here.root)).rejects.toBeInstanceOf(PortMissingError);
  });

  it("is refused while two answer to it, with the sockets of both", async () => {
    const kind = { vendorId: "1a86", productId: "7523" };
    here.plug({ socket: "1-1", ...kind, nodes: ["ttyUSB0"], byPath: "platform-usb-0:1:1.0-port0" });
    here.plug({ socket: "1-2", ...kind, nodes: ["ttyUSB1"] });
    const refused = findUsbPort(kind, here.root);
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow(
      'USB adapter 1a86:7523 is there 2 times (/dev/ttyUSB0 at /dev/serial/by-path/platform-usb-0:1:1.0-port0; /dev/ttyUSB1 at USB socket 1-2): add its "serialNumber", or name one by its path in /dev/serial/by-path',
    );
  });

  it("asks for the interface when the adapter has several ports, and for the socket when copies share a number", async () => {
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0", "ttyUSB1"] });
    await expect(findUsbPort(pump, here.root)).rejects.toThrow(/ttyUSB1, interface 1\): add "interface"/);
    expect(await findUsbPort({ ...pump, interface: 1 }, here.root)).toBe("/dev/ttyUSB1");
    here.plug({ socket: "1-2", serialNumber: "A1", nodes: ["ttyUSB2"] });
    await expect(findUsbPort({ ...pump, interface: 0 }, here.root)).rejects.toThrow(/the same serial number/);
  });
});

describe("F20: who holds a port", () => {
  it("is found among the programs that run, and what is known of it is told", async () => {
    here.plug({ socket: "1-1", nodes: ["ttyUSB0"] });
    here.runs(612, "ModemManager", "dev/ttyUSB0");
    here.runs(7, "vi", "etc/group");
    const holders = await holdersOf("/dev/ttyUSB0", here.root);
    expect(holders).toEqual([{ pid: 612, program: "ModemManager", self: false }]);
    expect(holdersText(holders, "/dev/ttyUSB0")).toBe(
      "by ModemManager (process 612): sudo systemctl disable --now ModemManager",
    );
  });

  it.each([
    [[], 'by another program: find it with "sudo fuser -v /dev/x" and close it'],
    [[{ pid: 7, program: "minicom", self: false }], "by minicom (process 7): close it"],
    [[{ pid: 8, program: "node", self: true }], "by benchd itself: give each Thing a port of its own"],
  ])("is told with what to do: %j", (holders, text) => {
    expect(holdersText(holders, "/dev/x")).toBe(text);
  });

  it("is nobody, where there is no such port", async () => {
    expect(await holdersOf("/dev/ttyUSB9", here.root)).toEqual([]);
  });
});

describe("the survey of a machine", () => {
  const lines = async () => (await survey(here.root)).serialPorts.map(({ serial, loose }) => [serial, loose]);

  it("names each port by what stays with its device, and as loosely as it must", async () => {
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"], byPath: "platform-usb-0:1" });
    here.plug({ socket: "1-2", serialNumber: "B2", nodes: ["ttyUSB1", "ttyUSB2"] });
    here.plug({ socket: "1-3", vendorId: "1a86", productId: "7523", nodes: ["ttyUSB3"] });
    here.plug({ socket: "1-4", vendorId: "10c4", nodes: ["ttyUSB4"], byPath: "platform-usb-0:4" });
    here.uart("ttyAMA0", { alias: "serial0" });
    here.uart("ttyAMA1");
    expect(await lines()).toEqual([
      ["/dev/serial0", false],
      ["/dev/ttyAMA1", false],
      ['{ usb: { vendorId: "0403", productId: "6001", serialNumber: "A1" } }', false],
      ['{ usb: { vendorId: "0403", productId: "6001", serialNumber: "B2", interface: 0 } }', false],
      ['{ usb: { vendorId: "0403", productId: "6001", serialNumber: "B2", interface: 1 } }', false],
      ['{ usb: { vendorId: "1a86", productId: "7523" } }', true],
      ["/dev/serial/by-path/platform-usb-0:4", true],
    ]);
  });

  it("does not name two by what they have in common", async () => {
    here.plug({ socket: "1-1", serialNumber: "0001", nodes: ["ttyUSB0"], byPath: "platform-usb-0:1" });
    here.plug({ socket: "1-2", serialNumber: "0001", nodes: ["ttyUSB1"] });
    expect(await lines()).toEqual([
      ["/dev/serial/by-path/platform-usb-0:1", true],
      ["/dev/ttyUSB1", true],
    ]);
  });

  it("finds the chips, with the label that stays, where the kernel tells it", async () => {
    here.chip("gpiochip0", { label: "pinctrl-bcm2711", lines: 58, base: 512 });
    here.chip("gpiochip10", { label: "raspberrypi-exp-gpio", lines: 8 });
    here.chip("gpiochip4", { label: "pinctrl-rp1", lines: 54 });
    expect(await listGpioChips(here.root)).toEqual([
      {
        node: "/dev/gpiochip0",
        label: "pinctrl-bcm2711",
        lines: 58,
        base: 512,
        driver: "pinctrl-bcm2711",
        header: true,
      },
      expect.objectContaining({ node: "/dev/gpiochip4", label: undefined, driver: "pinctrl-rp1", header: true }),
      expect.objectContaining({ node: "/dev/gpiochip10", lines: undefined, header: false }),
    ]);
  });
});
