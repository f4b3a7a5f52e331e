import { afterEach, describe, expect, it } from "vitest";
import { portsIn } from "../../src/cli/ports.ts";
import { run } from "../../src/cli/run.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { machine } from "../transport/machine.ts";
import { testShell } from "./shell.ts";

let here = machine();
afterEach(() => {
  here.remove();
  here = machine();
});

async function printed(...args: readonly string[]): Promise<string> {
  const shell = testShell();
  expect(await portsIn(here.root).run(args, shell)).toBe(0);
  return shell.printed.join("\n");
}

/** A bench with a bit of everything. */
function laboratory() {
  here.plug({ socket: "1-1", serialNumber: "A1", product: "FT232R", nodes: ["ttyUSB0"] });
  here.plug({ socket: "1-2", vendorId: "1a86", productId: "7523", product: "USB Serial", nodes: ["ttyUSB1"] });
  here.uart("ttyAMA0", { alias: "serial0" });
  here.kernel("console=ttyAMA0,115200");
  here.runs(612, "ModemManager", "dev/ttyUSB0");
  here.chip("gpiochip0", { label: "pinctrl-bcm2711", lines: 58, base: 512 });
  here.chip("gpiochip1", { label: "raspberrypi-exp-gpio", lines: 8, base: 570 });
}

describe("benchd ports", () => {
  it("tells of each port what it is, what to write, who has it, and what is in the way", async () => {
    laboratory();
    expect(await printed()).toBe(
      [
        "/dev/ttyAMA0: UART of this machine, /dev/serial0",
        "    serial: /dev/serial0",
        "    the kernel's console is on it: sudo raspi-config, Interface Options, Serial Port",
        "/dev/ttyUSB0: FT232R (0403:6001, no. A1), ftdi_sio, USB socket 1-1, interface 0",
        '    serial: { usb: { vendorId: "0403", productId: "6001", serialNumber: "A1" } }',
        "    in use by ModemManager (process 612): sudo systemctl disable --now ModemManager",
        "/dev/ttyUSB1: USB Serial (1a86:7523, without serial number), ftdi_sio, USB socket 1-2, interface 0",
        '    serial: { usb: { vendorId: "1a86", productId: "7523" } }',
        "    any other 1a86:7523 would be taken for it: it has no serial number",
        "/dev/gpiochip0: pinctrl-bcm2711, 58 lines, the pins of the header",
        "    gpio: { <pin>: { line: <BCM number> } }",
        "/dev/gpiochip1: raspberrypi-exp-gpio, 8 lines",
      ].join("\n"),
    );
  });

  it("writes what a configuration takes as it stands", async () => {
    laboratory();
    const lines = (await printed()).split("\n").filter((line) => line.includes("serial: "));
    const things = lines.map((line, n) => `  t${n}:\n    driver: x\n${line}`);
    const config = parseConfig(["things:", ...things].join("\n"), "benchd.yaml");
    expect([...config.things.values()].map(({ serial }) => serial?.address)).toEqual([
      { path: "/dev/serial0" },
      { usb: { vendorId: "0403", productId: "6001", serialNumber: "A1" } },
      { usb: { vendorId: "1a86", productId: "7523" } },
    ]);
  });

  it("tells programs everything", async () => {
    laboratory();
    const { serialPorts, gpioChips } = JSON.parse(await printed("--json"));
    expect(serialPorts[1]).toMatchObject({
      node: "/dev/ttyUSB0",
      usb: { vendorId: "0403", serialNumber: "A1", socket: "1-1", interface: 0 },
      serial: '{ usb: { vendorId: "0403", productId: "6001", serialNumber: "A1" } }',
      holders: [{ pid: 612, program: "ModemManager" }],
      allowed: true,
      group: "dialout",
    });
    expect(serialPorts.map(({ console }: { console: boolean }) => console)).toEqual([true, false, false]);
    expect(gpioChips[0]).toMatchObject({ node: "/dev/gpiochip0", label: "pinctrl-bcm2711", base: 512, header: true });
  });

  it("says what to do where there is nothing, and about a port that this user may not open", async () => {
    expect(await printed()).toBe(
      "no serial port: plug the device in; dmesg tells whether the kernel has seen it\nno GPIO chip",
    );
    // Where there is no node, nobody may open it.
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"], behind: "/nowhere" });
    expect(await printed()).toContain(
      "    this user may not open it: add the user that runs benchd to the group dialout (sudo usermod -aG dialout <user>) and log in again",
    );
  });

  it("lets no device write to the terminal of whoever reads it", async () => {
    here.plug({ socket: "1-1", serialNumber: "A\u001b[2J1", product: "x\u0007\r\ny", nodes: ["ttyUSB0"] });
    const text = await printed();
    expect(text).toContain("x y (0403:6001");
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("lists this machine, too, and takes no argument", async () => {
    const shell = testShell();
    expect(await run(["ports", "--json"], shell)).toBe(0);
    expect(Object.keys(JSON.parse(shell.printed.join("")))).toEqual(["serialPorts", "gpioChips"]);
    expect(await run(["ports", "all"], shell)).toBe(64);
  });
});
