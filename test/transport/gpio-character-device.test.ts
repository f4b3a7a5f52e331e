import { fstatSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import {
  ConfigError,
  DisconnectedError,
  PermissionDeniedError,
  PortBusyError,
  PortMissingError,
} from "../../src/errors.ts";
import { CharacterDeviceGpio } from "../../src/transport/gpio-character-device.ts";
import { requests } from "../../src/transport/gpio-uapi.ts";
import type { Follower, Kernel } from "../../src/transport/kernel.ts";
import { watching } from "./gpio-contract.ts";
import { tree } from "./gpio-fixtures.ts";

const header = { gpiochip0: "pinctrl-bcm2711 58", gpiochip1: "raspberrypi-exp-gpio 8" };

/** A kernel that answers for files which say label and number of lines, and refuses what it is told to. */
function machine(dev: Readonly<Record<string, string>> = header, refuses: Readonly<Record<number, string>> = {}) {
  const devRoot = tree(dev);
  const requested: Buffer[] = [];
  const followers: Follower[] = [];
  const told: [request: number, fd: number][] = [];
  const refusals = new Map(Object.entries(refuses).map(([request, name]) => [Number(request), name]));
  const kernel: Kernel = {
    ioctl(fd, request, argument) {
      told.push([request, fd]);
      const refused = refusals.get(request);
      if (refused) return refused;
      if (request === requests.chipInfo) {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        const [label = "", lines = ""] = readFileSync(path, "latin1").split(" ");
        argument.write(path.slice(devRoot.length + 1), 0, "latin1");
        argument.write(label, 32, "latin1");
        argument.writeUInt32LE(Number(lines), 64);
      }
      if (request === requests.lineInfo) argument.write("gpioset", 32, "latin1");
      if (request === requests.line) {
        requested.push(Buffer.from(argument));
        argument.writeInt32LE(openSync("/dev/null", "r+"), argument.length - 4);
      }
      return undefined;
    },
    lock: () => true,
    follow(_, follower) {
      followers.push(follower);
      return () => {};
    },
  };
  const chip = (wanted?: string) =>
    new CharacterDeviceGpio({ clock: new DiscreteClock(), kernel, chip: wanted, devRoot, sysRoot: "/nowhere" });
  return { devRoot, chip, requested, followers, refusals, told };
}

const door = { line: 17 };

describe("the chip among the character devices", () => {
  it("F46 is found by its label, whatever its number, and one with two names is one", async () => {
    const pi5 = { gpiochip0: "gpio-brcmstb@107d508500 32", gpiochip10: "pinctrl-rp1 54", gpiochip4: "→gpiochip10" };
    const { chip, requested } = machine(pi5);
    await chip().openInput({ line: 53 }, "oven.door");
    await chip("pinctrl-rp1").openInput(door, "oven.door");
    expect(requested).toHaveLength(2);
  });

  it("is the one whose path is given, whatever its label", async () => {
    const { devRoot, chip, requested } = machine();
    await chip(join(devRoot, "gpiochip1")).openInput({ line: 7 }, "oven.door");
    expect(requested).toHaveLength(1);
    await expect(chip(join(devRoot, "gpiochip1")).openInput({ line: 8 }, "oven.door")).rejects.toThrow("has no line 8");
  });

  it("F46 is told when it is missing, with those that are there; and when nobody can tell which is meant", async () => {
    const missing = machine({ gpiochip0: "gpio-mockup 8" });
    await expect(missing.chip().openInput(door, "oven.door")).rejects.toThrow(PortMissingError);
    await expect(missing.chip().openInput(door, "oven.door")).rejects.toThrow("gpiochip0 (gpio-mockup)");
    await expect(missing.chip(join(missing.devRoot, "gpiochip9")).openInput(door, "oven.door")).rejects.toThrow(
      PortMissingError,
    );
    await expect(machine({}).chip().openInput(door, "oven.door")).rejects.toThrow("found none at all");
    const twice = machine({ gpiochip0: "pcf8574 8", gpiochip1: "pcf8574 8" });
    await expect(twice.chip("pcf8574").openInput(door, "oven.door")).rejects.toThrow(ConfigError);
  });
});

describe("a line of a character device", () => {
  it.each([
    [requests.line, "EBUSY", PortBusyError, "GPIO17 of gpiochip0 (pinctrl-bcm2711) is held by gpioset"],
    [requests.line, "EPERM", PermissionDeniedError, "group gpio"],
    [requests.line, "ENODEV", PortMissingError, "is not there"],
    [requests.line, "EINVAL", ConfigError, "leave out pull or debounceMs"],
    [requests.line, "EIO", DisconnectedError, "EIO"],
    [requests.chipInfo, "ENOTTY", ConfigError, "is no GPIO chip"],
  ])("F46 that is refused is told with what to do: %i %s", async (request, name, type, told) => {
    const { chip } = machine(header, { [request]: name });
    const opening = chip().openOutput(door, "oven.heater", false);
    await expect(opening).rejects.toThrow(type);
    await expect(opening).rejects.toThrow(told);
  });

  it("is held under the name of benchd and of the pin", async () => {
    const { chip, requested } = machine();
    await chip().openOutput({ line: 17, activeLow: true }, "oven.heater", true);
    expect(requested[0]?.toString("latin1", 256, 288).replaceAll("\0", "")).toBe("benchd:oven.heater");
  });

  it("F46 is lost with its chip: who watches it is told, and it throws", async () => {
    const { chip, followers, refusals } = machine();
    const input = await chip().openInput(door, "oven.door");
    const output = await chip().openOutput({ line: 18 }, "oven.heater", true);
    const { losses } = watching(input);
    refusals.set(requests.getValues, "ENODEV");
    refusals.set(requests.setValues, "ENODEV");
    followers[0]?.ended(undefined);
    expect(losses).toEqual([expect.any(DisconnectedError)]);
    expect(() => input.read()).toThrow(DisconnectedError);
    expect(() => output.read()).toThrow(DisconnectedError);
    expect(() => output.write(false)).toThrow(/ENODEV/);
  });
});

describe("an output that another process has handed on", () => {
  it("is taken over by its own level: nothing is asked for, and nothing moves", async () => {
    const { chip, requested, told } = machine();
    const fd = openSync("/dev/null", "r+");
    const output = await chip().adoptOutput({ line: 17 }, "oven.heater", fd);
    expect(told).toEqual([
      [requests.getValues, fd],
      [requests.setValues, fd],
    ]);
    expect([requested, output.descriptor]).toEqual([[], fd]);
    output.release();
    expect(() => fstatSync(fd)).toThrow("EBADF");
  });

  it("is refused, and closed, when it is none", async () => {
    const { chip } = machine(header, { [requests.setValues]: "EPERM" });
    const fd = openSync("/dev/null", "r+");
    const taking = chip().adoptOutput({ line: 17 }, "oven.heater", fd);
    await expect(taking).rejects.toThrow("GPIO17, handed on to oven.heater, does not answer (EPERM)");
    expect(() => fstatSync(fd)).toThrow("EBADF");
  });
});
