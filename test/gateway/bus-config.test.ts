import { expect, test } from "vitest";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

const check = (things: string) =>
  checkBench(`buses: { rs485: { serial: /dev/ttyUSB0 } }\nthings:\n${things}`, "test.yaml", openCatalogue());
const pump = (name: string, address: number) =>
  `  ${name}: { driver: syringe-pump, bus: rs485, config: { address: ${address}, diameter: 26.59, syringeVolume: 60 } }\n`;

test("drivers that agree on the pace of their line may share a bus", async () => {
  await expect(check(pump("left", 0) + pump("right", 1))).resolves.toMatchObject({ file: "test.yaml" });
});

test("drivers that talk at different paces cannot share a bus", async () => {
  const text =
    "test.yaml:4:34: scale talks at 9600 8N1, but left on the same bus at 19200 8N1: give one of them a port";
  await expect(check(`${pump("left", 0)}  scale: { driver: balance, bus: rs485 }\n`)).rejects.toThrow(text);
});

test("a driver that opens no serial port is on no bus", async () => {
  await expect(check("  counter: { driver: counter, bus: rs485 }")).rejects.toThrow(/opens no serial port/);
});

test("two of one driver on a bus need addresses of their own, a default counts as one", async () => {
  const text =
    "test.yaml:4:65: right and left on the bus rs485 have the same address, 7: both would obey each command, give each";
  await expect(check(pump("left", 7) + pump("right", 7))).rejects.toThrow(text);
  const unaddressed = pump("right", 0).replace("address: 0, ", "");
  await expect(check(pump("left", 0) + unaddressed)).rejects.toThrow(/the same address, 0/);
});

test("the same address on another bus is another device", async () => {
  const buses = "buses: { rs485: { serial: /dev/ttyUSB0 }, other: { serial: /dev/ttyUSB1 } }";
  const text = `${buses}\nthings:\n${pump("left", 0)}${pump("right", 0).replace("rs485", "other")}`;
  await expect(checkBench(text, "test.yaml", openCatalogue())).resolves.toMatchObject({ file: "test.yaml" });
});

test("two of a driver that knows no address share no bus", async () => {
  const scale = (name: string) => `  ${name}: { driver: balance, bus: rs485 }\n`;
  const text = "test.yaml:4:34: right and left on the bus rs485 cannot be told apart, their driver balance knows no";
  await expect(check(scale("left") + scale("right"))).rejects.toThrow(text);
});
