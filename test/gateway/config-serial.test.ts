import { afterEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { machine } from "../transport/machine.ts";

const told = (error: unknown) => {
  expect(error).toBeInstanceOf(ConfigError);
  const lines = (error as ConfigError).message.split("\n");
  return (lines.length > 1 ? lines.slice(1) : lines).map((line) => line.trim().replaceAll("benchd.yaml:", ""));
};

/** What is told about Things with these ports, one mistake a line. */
function mistakes(...serial: readonly string[]): readonly string[] {
  try {
    parseConfig(bench(serial), "benchd.yaml");
    return [];
  } catch (error) {
    return told(error);
  }
}

const names = ["a", "b", "c"];
const bench = (serial: readonly string[], driver = "x") =>
  ["things:", ...serial.map((port, n) => `  ${names[n]}: { driver: ${driver}, serial: ${port} }`)].join("\n");
const read = (serial: string) => parseConfig(bench([serial]), "benchd.yaml").things.get("a")?.serial;

describe("the serial port of a Thing", () => {
  it.each([
    ["/dev/ttyUSB0", { path: "/dev/ttyUSB0" }],
    ["tcp://Bench.local:4001", { tcp: { host: "bench.local", port: 4001 } }],
    ['"tcp://[fe80::1]:23"', { tcp: { host: "fe80::1", port: 23 } }],
    ["{ tcp: 10.0.0.7:4001 }", { tcp: { host: "10.0.0.7", port: 4001 } }],
    ["{ path: /dev/serial0 }", { path: "/dev/serial0" }],
    ['{ usb: { vendorId: "0403", productId: "10C4" } }', { usb: { vendorId: "0403", productId: "10c4" } }],
    [
      '{ usb: { vendorId: "0403", productId: "6001", serialNumber: "007", interface: 1 } }',
      { usb: { vendorId: "0403", productId: "6001", serialNumber: "007", interface: 1 } },
    ],
  ])("may be written as %s", (text, address) => {
    expect(read(text)).toEqual({ address, options: {} });
  });

  it("may have what is particular about it", () => {
    const options = {
      resetsOnOpen: true,
      openQuietMs: 500,
      hupcl: false,
      dtr: false,
      rts: true,
      flowControl: "software",
      writeTimeoutMs: 2000,
    };
    expect(read(JSON.stringify({ path: "/dev/x", ...options }))).toEqual({ address: { path: "/dev/x" }, options });
  });

  it.each([
    [
      "3",
      '2:27: "serial" must be a text, not 3 (expected: the path of a port, best one from /dev/serial/by-id, or tcp://host:port)',
    ],
    [
      "tcp://bench",
      '2:27: "serial" must be the path of a port, best one from /dev/serial/by-id, or tcp://host:port, not the text "tcp://bench"',
    ],
    ["tcp://bench:99999", "2:27: there is no port 99999: it must be from 1 to 65535, as the serial server is set up"],
    ["{ dtr: true }", "2:27: nothing tells where the port is: name one of path, usb and tcp"],
    ["{ path: /dev/x, tcp: bench:1 }", "2:27: path and tcp exclude each other: name one of path, usb and tcp"],
    ["{ pth: /dev/x }", '2:29: there is no setting "pth"; did you mean "path"?'],
    [
      '{ usb: { vendorId: 2341, productId: "0043" } }',
      '2:46: "vendorId" must be a text, not 2341 (expected: four hexadecimal digits in quotes, such as "0403")',
    ],
    [
      '{ usb: { vendorId: "0x0403", productId: "0043" } }',
      '2:46: "vendorId" must be four hexadecimal digits in quotes, such as "0403", not the text "0x0403"',
    ],
    [
      '{ usb: { vendorId: "0403" } }',
      '2:29: "productId" is missing: add it (four hexadecimal digits in quotes, such as "0403")',
    ],
    [
      '{ usb: { vendorId: "0403", productId: "6001", serialNumber: 12 } }',
      '2:87: "serialNumber" must be a text, not 12 (expected: the serial number in quotes, as benchd ports tells it)',
    ],
    [
      "{ path: /dev/x, flowControl: rtscts }",
      '2:56: "flowControl" must be one of none, hardware, software, not the text "rtscts"',
    ],
    ["{ path: /dev/x, flowControl: hardware, rts: true }", /^2:66: hardware flow control has the line RTS/],
    ["{ path: /dev/x, resetsOnOpen: true, openQuietMs: 0 }", /needs time to start/],
    ["{ tcp: bench:1, dtr: false }", '2:43: "dtr" is set at the serial server, not here: leave it out'],
  ])("is refused as %s, with its place and what to do", (text, mistake) => {
    expect(mistakes(text).join("\n")).toMatch(mistake);
  });
});

describe("two Things", () => {
  const ftdi = '"0403", productId: "6001"';
  it.each([
    ["/dev/a", "{ path: /dev//a }", /already belongs to a \(2:27\): a port has one Thing/],
    ["tcp://X:1", "{ tcp: x:1 }", /tcp:\/\/x:1 already belongs to a \(2:27\)/],
    [`{ usb: { vendorId: ${ftdi} } }`, `{ usb: { vendorId: ${ftdi} } }`, /0403:6001 already belongs to a/],
    [
      `{ usb: { vendorId: ${ftdi}, serialNumber: "A1" } }`,
      `{ usb: { vendorId: ${ftdi} } }`,
      /USB adapter 0403:6001 may be the port of a \(2:27\): tell them apart by "serialNumber" or "interface"/,
    ],
    [
      `{ usb: { vendorId: ${ftdi}, serialNumber: "A1" } }`,
      `{ usb: { vendorId: ${ftdi}, interface: 1 } }`,
      /may be the port of a/,
    ],
  ])("cannot both have the port that %s and %s may mean", (one, other, mistake) => {
    expect(mistakes(one, other)).toEqual([expect.stringMatching(mistake)]);
  });

  it.each([
    ["/dev/a", "/dev/b"],
    ["tcp://x:1", "tcp://x:2"],
    [`{ usb: { vendorId: ${ftdi}, serialNumber: "A1" } }`, `{ usb: { vendorId: ${ftdi}, serialNumber: "A2" } }`],
    [`{ usb: { vendorId: ${ftdi}, interface: 0 } }`, `{ usb: { vendorId: ${ftdi}, interface: 1 } }`],
    [`{ usb: { vendorId: ${ftdi} } }`, '{ usb: { vendorId: "0403", productId: "6010" } }'],
  ])("may have %s and %s", (one, other) => {
    expect(mistakes(one, other)).toEqual([]);
  });
});

describe("F11: the ports that this machine has at the moment", () => {
  let here = machine();
  afterEach(() => {
    here.remove();
    here = machine();
  });
  const catalogue = openCatalogue();
  const check = (mock: boolean, ...serial: readonly string[]) =>
    checkBench(bench(serial, "balance"), "benchd.yaml", catalogue, { root: here.root, mock }).then(() => [], told);
  const ch340 = '{ usb: { vendorId: "1a86", productId: "7523" } }';
  const kind = { vendorId: "1a86", productId: "7523" };

  it("may be away when the configuration is read", async () => {
    expect(await check(false, ch340, "/dev/ttyUSB7", "tcp://bench:1")).toEqual([]);
  });

  it("must not leave open which is meant", async () => {
    here.plug({ socket: "1-1", ...kind, nodes: ["ttyUSB0"], byPath: "platform-usb-0:1:1.0-port0" });
    expect(await check(false, ch340)).toEqual([]);
    here.plug({ socket: "1-2", ...kind, nodes: ["ttyUSB1"], byPath: "platform-usb-0:2:1.0-port0" });
    expect(await check(false, ch340)).toEqual([
      expect.stringMatching(
        /^2:33: .* is there 2 times \(.*usb-0:1:1\.0-port0; .*usb-0:2:1\.0-port0\): add its "serialNumber"/,
      ),
    ]);
    expect(await check(true, ch340)).toEqual([]);
  });

  it("belong to one Thing each, whatever the names by which they are called", async () => {
    here.plug({ socket: "1-1", ...kind, nodes: ["ttyUSB0"], byId: "usb-1a86-if00-port0" });
    expect(await check(false, ch340, "/dev/serial/by-id/usb-1a86-if00-port0", "/dev/ttyUSB0")).toEqual([
      "3:33: /dev/serial/by-id/usb-1a86-if00-port0 and the port of a (2:33) are both /dev/ttyUSB0 now: a port has one Thing, give each its own; several share one as a bus, below buses:",
      "4:33: /dev/ttyUSB0 and the port of a (2:33) are both /dev/ttyUSB0 now: a port has one Thing, give each its own; several share one as a bus, below buses:",
    ]);
  });
});
