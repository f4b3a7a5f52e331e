import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { ConfigError, PermissionDeniedError, PortBusyError, PortMissingError } from "../../src/errors.ts";
import { type OnOff, SysfsGpio } from "../../src/transport/gpio-sysfs.ts";
import { findSysfsChip } from "../../src/transport/sysfs-chip.ts";
import { systems, tree } from "./gpio-fixtures.ts";

describe("the chip in sysfs", () => {
  it.each(Object.entries(systems))("is found by its label on a %s", async (_, { base, files }) => {
    const root = join(tree(files), "class/gpio");
    expect(await findSysfsChip(root, undefined)).toMatchObject({ base });
    expect(await findSysfsChip(root, join(root, `gpiochip${base}`))).toMatchObject({ base });
  });

  it("F46 is told by name when it is missing, with those that are there", async () => {
    const root = join(tree(systems["Pi 4, 6.6"].files), "class/gpio");
    await expect(findSysfsChip(root, "pinctrl-rp1")).rejects.toThrow(
      /no GPIO chip pinctrl-rp1: found .*pinctrl-bcm2711/,
    );
    await expect(findSysfsChip("/nowhere", undefined)).rejects.toThrow(PortMissingError);
    await expect(findSysfsChip(root, "/dev/gpiochip0")).rejects.toThrow(/by its label/);
  });
});

/** A line that is exported already, as a dead process leaves it, and an onoff that keeps what it is asked. */
function left({ direction = "out", locked = false, files = {} }: LeftOptions = {}) {
  const line = "class/gpio/gpio529";
  const sysRoot = tree({
    ...systems["Pi 4, 6.6"].files,
    [`${line}/direction`]: `${direction}\n`,
    [`${line}/value`]: "1\n",
    [`${line}/active_low`]: "1\n",
    [`${line}/edge`]: "none\n",
    ...files,
  });
  const made: unknown[][] = [];
  const broken = { now: false };
  class Gpio {
    constructor(...asked: unknown[]) {
      made.push(asked);
    }
    readSync = () => {
      if (broken.now) throw new Error("EIO");
      return 1;
    };
    watch() {}
    unwatch() {}
    unexport() {}
    setDirection() {}
    writeSync() {}
  }
  const clock = new DiscreteClock();
  const chip = new SysfsGpio({
    clock,
    kernel: { lock: () => !locked },
    onoff: Gpio as unknown as OnOff,
    chip: undefined,
    sysRoot,
    procRoot: join(sysRoot, "proc"),
  });
  const says = (name: string) => readFileSync(join(sysRoot, line, name), "latin1").trim();
  return { chip, clock, made, broken, says, sysRoot, value: join(sysRoot, line, "value") };
}

interface LeftOptions {
  readonly direction?: string;
  readonly locked?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

describe("a line that a process has left exported", () => {
  it("is taken over by who wants the same direction, with its level at once and no inversion", async () => {
    const { chip, made, says } = left();
    await chip.openOutput({ line: 17, activeLow: true }, "oven.heater", false);
    expect([says("direction"), says("active_low")]).toEqual(["high", "0"]);
    expect(made).toEqual([[529, "out", "none", { reconfigureDirection: false }]]);
  });

  it("is refused when it has the other direction, with how to free it", async () => {
    const { chip, says } = left();
    const opening = chip.openInput({ line: 17 }, "oven.door");
    await expect(opening).rejects.toThrow(PortBusyError);
    await expect(opening).rejects.toThrow(/exported as "out" by somebody: .*echo 529 > .*unexport/);
    expect([says("direction"), says("active_low")]).toEqual(["out", "1"]);
    await expect(chip.openOutput({ line: 17 }, "oven.heater", false)).resolves.toBeDefined();
  });

  it("is refused when another benchd holds it, or a process has it open", async () => {
    await expect(left({ locked: true }).chip.openOutput({ line: 17 }, "oven.heater", false)).rejects.toThrow(
      "held by another benchd",
    );
    const { sysRoot, clock, value } = left();
    // A link of /proc names the file itself.
    const procRoot = tree({ "42/comm": "blink\n", "42/fd/3": `→${value}` });
    const onoff = class {} as unknown as OnOff;
    const chip = new SysfsGpio({ clock, kernel: { lock: () => true }, onoff, chip: undefined, sysRoot, procRoot });
    await expect(chip.openOutput({ line: 17 }, "oven.heater", false)).rejects.toThrow("held by process 42 (blink)");
  });
});

describe("GPIO through sysfs", () => {
  it("sets no pull, and says what sets one", async () => {
    const { chip } = left();
    const opening = chip.openInput({ line: 17, pull: "up" }, "oven.door");
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(/gpio=17=ip,pu to config\.txt/);
  });

  it("F46 waits for udev, and then gives it back and says what is missing", async () => {
    const { chip, clock, sysRoot } = left({ files: { "class/gpio/export": "" } });
    const opening = chip.openOutput({ line: 4 }, "oven.heater", false);
    opening.catch(() => {});
    await expect(clock.until(opening)).rejects.toThrow(PermissionDeniedError);
    expect(readFileSync(join(sysRoot, "class/gpio/export"), "latin1")).toBe("516");
    expect(clock.now()).toBeGreaterThanOrEqual(2000);
    // Or the next attempt would take it for somebody else's.
    expect(readFileSync(join(sysRoot, "class/gpio/unexport"), "latin1")).toBe("516");
    expect(existsSync(join(sysRoot, "class/gpio/gpio516"))).toBe(false);
  });

  it("leaves a released output as it was driven, and takes it up again", async () => {
    const { chip, made } = left();
    const output = await chip.openOutput({ line: 17 }, "oven.heater", false);
    await expect(chip.openOutput({ line: 17 }, "bath.heater", false)).rejects.toThrow("held by benchd:oven.heater");
    output.release();
    output.release();
    await chip.openOutput({ line: 17 }, "bath.heater", true);
    expect(made).toHaveLength(1);
  });
});

test("an input that cannot be read as it is opened is nobody's afterwards", async () => {
  const { chip, broken } = left({ direction: "in" });
  broken.now = true;
  await expect(chip.openInput({ line: 17 }, "oven.door")).rejects.toThrow(/does not answer/);
  broken.now = false;
  await expect(chip.openInput({ line: 17 }, "oven.door")).resolves.toBeDefined();
});
