import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inspectConfig, parseConfig } from "../../src/gateway/config/config.ts";
import { filesToRead, secretWarnings } from "../../src/gateway/config/secrets.ts";

const things = "things:\n  pump: { driver: syringe-pump }\n  valve: { driver: valve }\n";
const read = (mqtt: string) => parseConfig(`${things}mqtt:\n${mqtt}`, "/etc/benchd/benchd.yaml").mqtt;

function mistakes(mqtt: string): string {
  try {
    inspectConfig(`${things}mqtt:\n${mqtt}`, "bench.yaml").source.refuseMistakes();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test("what is left out of mqtt: has a default", () => {
  expect(read("  broker: mqtt://broker.lab.example\n  gateway: bench-3\n")).toEqual({
    ...{ host: "broker.lab.example", port: 1883, tls: undefined, prefix: "benchd", gateway: "bench-3" },
    ...{ user: undefined, password: undefined, things: undefined, requests: "off" },
  });
  expect(parseConfig(things, "bench.yaml").mqtt).toBeUndefined();
});

test("all of mqtt: can be said, and files are looked for beside the configuration", () => {
  const text = `  broker: mqtts://[fd00::7]:18883
  gateway: bench-3
  prefix: site/lab-2
  user: bench-3
  passwordFile: ./broker-password
  tls: { ca: lab-ca.pem, certificate: bench.pem, key: /etc/keys/bench.key }
  things: [pump]
  requests: [read, "operate:pump"]
`;
  const config = parseConfig(`${things}mqtt:\n${text}`, "/etc/benchd/benchd.yaml");
  expect(config.mqtt).toEqual({
    ...{ host: "fd00::7", port: 18883, prefix: "site/lab-2", gateway: "bench-3", user: "bench-3" },
    password: { file: "/etc/benchd/broker-password" },
    tls: { ca: "/etc/benchd/lab-ca.pem", certificate: "/etc/benchd/bench.pem", key: "/etc/keys/bench.key" },
    things: ["pump"],
    requests: [{ scope: "read" }, { scope: "operate", things: ["pump"] }],
  });
  expect(filesToRead(config)).toEqual([
    ...["/etc/benchd/broker-password", "/etc/keys/bench.key", "/etc/benchd/lab-ca.pem", "/etc/benchd/bench.pem"],
  ]);
});

const base = "  broker: mqtts://b.example\n  gateway: a\n";

test.each([
  ["  broker: http://b.example\n  gateway: a\n", /5:11: "broker" must be an address without a password/],
  ["  broker: mqtt://ada:secret@b.example\n  gateway: a\n", /5:11: "broker" must be an address without a password/],
  ["  broker: mqtt://b.example:99999\n  gateway: a\n", /5:11: there is no port 99999/],
  ["  broker: mqtt://b.example:0\n  gateway: a\n", /5:11: there is no port 0/],
  ["  broker: mqtt://b.example\n", /4:1: "gateway" is missing: add it/],
  ["  broker: mqtt://b.example\n  gateway: a/b\n", /6:12: "gateway" must be the name of this gateway in topics/],
  ["  broker: mqtt://b.example\n  gateway: '#'\n", /6:12: "gateway" must be the name/],
  [`${base}  prefix: a/+\n`, /7:11: "prefix" must be what topics begin with/],
  [`${base}  prefix: /a\n`, /7:11: "prefix" must be what topics begin with/],
  [`${base}  password: hunter2\n`, /7:3: there is no setting "password"; did you mean "passwordFile"\?|known are/],
  [`${base}  passwordFile: p\n`, /nobody has that password: add user:/],
  [`${base}  user: u\n  passwordFile: p\n  passwordVariable: P\n`, /9:3: passwordFile: says where it is already/],
  [
    "  broker: mqtt://b.example\n  gateway: a\n  user: u\n  passwordFile: p\n",
    /5:11: without TLS everybody on the way/,
  ],
  ["  broker: mqtt://b.example\n  gateway: a\n  tls: { ca: x }\n", /7:3: tls: goes with a broker by mqtts:\/\/ only/],
  [`${base}  tls: { key: x }\n`, /7:8: a certificate goes with its key/],
  [`${base}  things: [pump, volve]\n`, /7:18: there is no Thing "volve"; did you mean "valve"\?/],
  [`${base}  requests: everything\n`, /7:13: "requests" is off, tokens, or a list of scopes/],
  [`${base}  requests: [reed]\n`, /7:14: there is no scope "reed"; did you mean "read"\?/],
  [`${base}  requests: ["operate:pump,door"]\n`, /7:14: there is no Thing "door" that is told of/],
  [`${base}  things: [pump]\n  requests: ["operate:valve"]\n`, /8:14: there is no Thing "valve" that is told of/],
])("a mistake in mqtt: is told where it stands: %j", (text, message) => {
  expect(mistakes(text)).toMatch(message);
});

test("a password is for this machine's own broker without TLS, too; off is off however YAML reads it", () => {
  const own = "  broker: mqtt://127.0.0.1\n  gateway: a\n  user: u\n  passwordVariable: P\n";
  expect(mistakes(own)).toBe("");
  expect(read(own)?.password).toEqual({ variable: "P" });
  expect([read(`${base}  requests: off\n`)?.requests, read(`${base}  requests: false\n`)?.requests]).toEqual([
    "off",
    "off",
  ]);
  expect(read(`${base}  requests: tokens\n`)?.requests).toBe("tokens");
});

test("a password that everybody on this machine can read is warned of", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-mqtt-"));
  try {
    const config = parseConfig(`${things}mqtt:\n${base}  user: u\n  passwordFile: ./p\n`, join(folder, "bench.yaml"));
    expect(await secretWarnings(config)).toEqual([expect.stringMatching(/bench.yaml:4:1: .*p, .* is not there/)]);
    await writeFile(join(folder, "p"), "secret\n");
    await chmod(join(folder, "p"), 0o644);
    expect(await secretWarnings(config)).toEqual([
      expect.stringMatching(/open to everybody on this machine: chmod o=/),
    ]);
    await chmod(join(folder, "p"), 0o640);
    expect(await secretWarnings(config)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
