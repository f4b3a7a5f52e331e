import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiscreteClock, simulatedBench } from "benchd/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import balance from "../../hardware-mocks/balance.ts";
import { addOn } from "../../src/cli/add.ts";
import { ConfigError } from "../../src/errors.ts";
import { readBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import type { PortWiring } from "../../src/transport/ports/wiring.ts";
import { machine } from "../transport/machine.ts";
import { type Line, type Person, person } from "./person.ts";

let here: ReturnType<typeof machine>;
let folder = "";
let file = "";
beforeEach(() => {
  here = machine();
  folder = mkdtempSync(join(tmpdir(), "benchd-add-"));
  file = join(folder, "benchd.yaml");
});
afterEach(() => {
  here.remove();
  rmSync(folder, { recursive: true });
});

const start = [
  "# the bench in room 12",
  "listen: { port: 5000 } # local",
  "",
  "things:",
  "  pump:",
  "    driver: syringe-pump # on the left",
  "    serial: /dev/serial/by-id/pump",
  "    config: { diameter: 26.59, syringeVolume: 60 }",
  "",
].join("\n");

/** A bench where a balance can be asked, and the ports that were opened. */
function laboratory() {
  const clock = new DiscreteClock();
  const twin = simulatedBench(clock).place(balance, "balance");
  const opened: PortWiring[] = [];
  const port = async (wiring: PortWiring) => {
    opened.push(wiring);
    return twin.open;
  };
  const run = (who: Person) =>
    clock.until(addOn({ root: here.root, clock, port }).run(["--config", file], who), 20_000);
  return { clock, twin, opened, run };
}

const text = () => readFileSync(file, "utf8");
const ftdi = { socket: "1-1", serialNumber: "B1", product: "FT232R", nodes: ["ttyUSB0"], byId: "usb-FTDI_B1-if00" };
const plug = () => here.plug(ftdi);
const enter: Line = [/^> \[Enter\]/, ""];
const none: Line = [/^>/, "none"];
const noMore: Line = [/Any other setting, as name: value/, ""];
const write: Line = [/^Write it to/, "yes"];

describe("benchd add", () => {
  it("finds what is plugged in, asks it who it is, and adds its entry below the others", async () => {
    writeFileSync(file, start);
    const { run, opened } = laboratory();
    const who = person(
      enter,
      [/^Which name\?/, ""],
      [/^Which driver\?/, "balnce"],
      [/^Which driver\?/, "balance"],
      [/called\? \[balance\]/, "Scale 1"],
      [/called\?/, "pump"],
      [/called\?/, ""],
      [/^Open this port now/, "y"],
      write,
    );
    here.uart("ttyAMA0");
    who.when(/Now plug it in/, plug);
    expect(await run(who)).toBe(0);
    expect(who.left).toEqual([]);
    expect(text()).toBe(
      `${start}  balance:\n    driver: balance\n    serial: { usb: { vendorId: "0403", productId: "6001", serialNumber: "B1" } }\n`,
    );
    expect(who.screen).toContain("/dev/ttyUSB0: FT232R (0403:6001, no. B1)");
    expect(who.screen).not.toContain("ttyAMA0");
    expect(who.screen).toContain("/dev/serial/by-id/usb-FTDI_B1-if00    # the device, as udev calls it");
    expect(who.screen).toContain('there is no driver "balnce"; did you mean "balance"?');
    expect(who.screen).toContain("such as scale_1");
    expect(who.screen).toContain("there is a Thing pump already");
    expect(who.screen).toContain("it is ME203 Standard 220.000 g, serial number B021002593, firmware 1.10");
    expect(opened.map(({ address }) => address)).toEqual([
      { usb: { vendorId: "0403", productId: "6001", serialNumber: "B1" } },
    ]);
    expect(who.listeners).toBe(0);
  });

  it("opens nothing unless that is agreed to", async () => {
    const { run, opened } = laboratory();
    plug();
    const who = person(
      [/^>/, "list"],
      [/^Which name\?/, "4"],
      [/^Which name\?/, "2"],
      [/^Which driver\?/, "balance"],
      [/called\?/, ""],
      [/^Open this port now.*\[no\]/, ""],
      write,
    );
    expect(await run(who)).toBe(0);
    expect(opened).toEqual([]);
    expect(who.screen).toContain(`There is no ${file} yet`);
    expect(text()).toBe("things:\n  balance:\n    driver: balance\n    serial: /dev/serial/by-id/usb-FTDI_B1-if00\n");
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it("tells why a device does not say who it is, and what to do, and goes on", async () => {
    const { run, twin } = laboratory();
    plug();
    twin.silence();
    const again: Line = [/^Open this port now/, "yes", () => twin.refuseOpening("EBUSY")];
    const who = person(
      [/^>/, "list"],
      [/^Which name/, "1"],
      [/^Which driver/, "balance"],
      [/called/, ""],
      [/^Open this port now/, "yes"],
      again,
      [/^Open this port now/, ""],
      write,
    );
    expect(await run(who)).toBe(0);
    expect(who.screen).toMatch(/did not answer I2.*: check its power, cable and baud rate/);
    expect(who.screen).toContain("in use by another program");
  });

  it("asks for the settings a driver needs, in their units, and judges each", async () => {
    const { run } = laboratory();
    const who = person(
      [/^>/, "tcp://bench:99999"],
      [/^>/, "tcp://10.0.0.7:4001"],
      [/^Which driver\?/, "syringe-pump"],
      [/^diameter in mm\?/, "wide"],
      [/^diameter in mm\?/, "-3"],
      [/^diameter in mm\?/, "26.59"],
      [/^syringeVolume in mL\?/, "60"],
      [/^Any other/, "adress: 1"],
      [/^Any other/, "address: 1"],
      noMore,
      [/called\? \[syringe_pump\]/, "pump"],
      [/^Open this port now/, "no"],
      write,
    );
    expect(await run(who)).toBe(0);
    expect(who.screen).toContain("there is no port 99999");
    expect(who.screen).toContain('diameter must be a number, not the text "wide"');
    expect(who.screen).toMatch(/diameter must be (at least|more than) [\d.]+, not -3/);
    expect(who.screen).toContain('there is no setting "adress"; did you mean "address"?');
    expect(who.screen).toMatch(/^ {2}diameter: .*in mm.*needed$/m);
    const { things } = await readBench(file, openCatalogue(), { root: here.root });
    expect(things.get("pump")).toMatchObject({
      driver: "syringe-pump",
      serial: { address: { tcp: { host: "10.0.0.7", port: 4001 } } },
      config: { diameter: 26.59, syringeVolume: 60, address: 1 },
    });
  });

  it("asks for the pins a driver wants, and warns as check does", async () => {
    writeFileSync(file, "things:\n  relays: { driver: relays, gpio: { pump_power: 16, vent: 20, lamp: 13 } }\n");
    const { run } = laboratory();
    const who = person(
      none,
      [/^Which driver/, "valve"],
      noMore,
      [/^GPIO line of valve/, ""],
      [/^GPIO line of valve/, "37x"],
      [/^GPIO line of valve/, "13"],
      [/^GPIO line of valve/, "5"],
      [/low level switch it on/, "no"],
      [/^Take it all the same/, "no"],
      [/^GPIO line of valve/, "5"],
      [/low level switch it on/, "no"],
      [/^Take it all the same/, "no"],
      [/^GPIO line of valve/, "GPIO26"],
      [/low level switch it on/, ""],
      [/called/, ""],
      write,
    );
    expect(await run(who)).toBe(0);
    expect(who.screen).toContain("valve is an output, safe when it is off.");
    expect(who.screen).toContain("this one has to be answered");
    expect(who.screen).toContain("GPIO line 13 already belongs to relays.lamp");
    expect(who.screen).toContain("warning: valve is safe when GPIO5 is low, but from power-on");
    expect(text()).toMatch(/ {2}valve:\n {4}driver: valve\n {4}gpio: \{ valve: \{ line: 26 \} \}\n$/);
  });

  it("asks which Thing is in a slot, and offers only those that fit", async () => {
    writeFileSync(file, `${start}  scale: { driver: balance, serial: /dev/x }\n  counter: { driver: counter }\n`);
    const { run } = laboratory();
    const who = person(
      none,
      [/^Which driver/, "dispenser"],
      [/^Which one/, ""],
      [/^Which one/, ""],
      noMore,
      [/called/, ""],
      write,
    );
    expect(await run(who), who.screen).toBe(0);
    expect(who.screen).not.toContain("1  counter");
    expect(text()).toContain("uses: { pump: pump, balance: scale }");
  });

  it("ends before it asks for settings when nothing fits a slot", async () => {
    const { run } = laboratory();
    const who = person(none, [/^Which driver/, "dispenser"]);
    await expect(run(who)).rejects.toThrow(/there is none yet: add that one first/);
    expect(who.screen).not.toContain("It takes these settings");
  });

  it("tells at once which settings a driver refuses, and asks for them again", async () => {
    const { run } = laboratory();
    const settings = (overVoltage: string): Line[] => [
      [/^maxVoltage/, "15"],
      [/^maxCurrent/, "1"],
      [/^Any other/, `overVoltage: ${overVoltage}`],
      noMore,
    ];
    const port: Line = [/^>/, "tcp://10.0.0.7:4001"];
    const named: Line = [/called/, ""];
    const unopened: Line = [/^Open/, "no"];
    const who = person(port, [/^Which driver/, "psu"], ...settings("10"), ...settings("16"), named, unopened, write);
    expect(await run(who), who.screen).toBe(0);
    expect(who.screen).toContain("overVoltage, 10 V, would trip in regular use");
    expect(text()).toContain("overVoltage: 16");
  });

  it("asks for a port when the driver turns out to need one, and leaves out one that it does not", async () => {
    const { run } = laboratory();
    plug();
    const needs = person(
      none,
      [/^Which driver/, "balance"],
      [/^>/, "list"],
      [/^Which name/, "1"],
      [/called/, ""],
      [/^Open/, ""],
      write,
    );
    expect(await run(needs), needs.screen).toBe(0);
    const list: Line = [/^>/, "list"];
    const spare = person(list, [/^Which name/, "1"], [/^Which driver/, "counter"], [/called/, ""], write);
    expect(await run(spare), spare.screen).toBe(0);
    expect(spare.screen).toContain("counter opens no serial port: it is left out");
    expect(text()).toContain("  counter:\n    driver: counter\n");
  });

  it("writes nothing when the file is wrong before, or would be after", async () => {
    const { run } = laboratory();
    writeFileSync(file, "things: { a: { driver: cuonter } }\n");
    await expect(run(person())).rejects.toThrow(/there is no driver "cuonter"/);
    writeFileSync(file, start.replace("/dev/serial/by-id/pump", "/dev/ttyUSB0"));
    const before = text();
    plug();
    const twice = person(
      [/^>/, "list"],
      [/^Which name/, "3"],
      [/^Which driver/, "balance"],
      [/called/, ""],
      [/^Open/, ""],
    );
    await expect(run(twice)).rejects.toThrow(/already belongs to pump/);
    expect(text()).toBe(before);
  });

  it.each<[string, readonly Line[], (who: Person) => void]>([
    ["with Ctrl+C at a question", [[/^>/, "none"]], (who) => who.signal("SIGINT")],
    ["with Ctrl+C while the device is waited for", [[/^>/, ""]], (who) => who.signal("SIGINT")],
  ])("writes nothing when it is ended %s", async (_, [line], end) => {
    writeFileSync(file, start);
    const { run } = laboratory();
    const [question, answer] = line ?? [/^>/, ""];
    const who: Person = person([question, answer, () => end(who)]);
    expect(await run(who)).toBe(1);
    expect(who.printed.at(-1)).toBe("Nothing was written.");
    expect(text()).toBe(start);
    expect(readdirSync(folder)).toEqual(["benchd.yaml"]);
    expect(who.listeners).toBe(0);
  });

  it("closes the port that it has opened when Ctrl+C is pressed meanwhile", async () => {
    writeFileSync(file, start);
    const { run, twin, opened, clock } = laboratory();
    plug();
    twin.silence();
    let pressed = Number.NaN;
    const interrupt = () => {
      pressed = clock.now();
      who.signal("SIGINT");
    };
    const who: Person = person(
      [/^>/, "list"],
      [/^Which name/, "1"],
      [/^Which driver/, "balance"],
      [/called/, ""],
      [/^Open this port now/, "yes", () => void twin.received(/I2/).then(interrupt)],
    );
    expect(await run(who)).toBe(1);
    expect(opened.length).toBe(1);
    // Long before the driver has given up.
    expect(clock.now() - pressed).toBeLessThan(500);
    // A port that is still open cannot be opened again.
    const again = await twin.open({ baudRate: 9600 }, { data() {}, closed() {} });
    await again.close();
    expect(text()).toBe(start);
  });

  it("writes nothing when that is declined, or when the answers end", async () => {
    writeFileSync(file, start);
    const { run } = laboratory();
    expect(await run(person(none, [/^Which driver/, "counter"], [/called/, ""], [/^Write it/, "no"]))).toBe(1);
    await expect(run(person(none))).rejects.toThrow(/no more answers: nothing was written/);
    expect(text()).toBe(start);
  });

  it("leaves a file alone that somebody else has changed meanwhile", async () => {
    writeFileSync(file, start);
    const { run } = laboratory();
    const mine = `${start}# mine\n`;
    const who = person(none, [/^Which driver/, "counter"], [/called/, "", () => writeFileSync(file, mine)], write);
    await expect(run(who)).rejects.toThrow(ConfigError);
    expect(text()).toBe(mine);
  });

  it("keeps the mode of the file, and a link to it", async () => {
    const real = join(folder, "real.yaml");
    writeFileSync(real, start);
    chmodSync(real, 0o600);
    symlinkSync(real, file);
    const { run } = laboratory();
    expect(await run(person(none, [/^Which driver/, "counter"], [/called/, ""], write))).toBe(0);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o600);
    expect(readFileSync(real, "utf8")).toContain("driver: counter");
  });

  it("waits a minute for what is plugged in, and for all that comes with it", async () => {
    const { run, clock } = laboratory();
    const never = person(enter, none, [/^Which driver/, "counter"], [/called/, ""], [/^Write it/, "no"]);
    await run(never);
    expect(never.screen).toContain("nothing has appeared");
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    const two = person(enter, [/^Which one/, "2"], [/^Which name/, "1"]);
    two.when(/Now plug it in/, () => {
      here.plug({ socket: "1-2", serialNumber: "D", nodes: ["ttyUSB4"] });
      clock.after(300, () => here.plug({ socket: "1-3", serialNumber: "E", nodes: ["ttyUSB5"] }));
    });
    await expect(run(two)).rejects.toThrow(/no more answers/);
    expect(two.screen).toContain('serialNumber: "E" } }    # recommended');
  });
});
