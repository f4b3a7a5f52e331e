import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { Config } from "../gateway/config/config.ts";
import { redact } from "../redact.ts";
import { wallClockTrust } from "../transport/wall-clock.ts";
import { askedGateway, gatewayHelp, gatewayOptions, usualUrl } from "./asked-gateway.ts";
import { bundle, writeBundle } from "./doctor/bundle.ts";
import { examineConfiguration } from "./doctor/configuration.ts";
import { examineCredentials } from "./doctor/credentials.ts";
import { examineDevices } from "./doctor/devices.ts";
import { about, type Finding } from "./doctor/finding.ts";
import { examineGateway, examineService, type RunProgram } from "./doctor/service.ts";
import { examineKey, examineState } from "./doctor/state.ts";
import type { Command, Shell } from "./shell.ts";
import { readArguments } from "./usage.ts";
import { version } from "./version.ts";
import { visible } from "./visible.ts";

/** The machine that is examined. */
export interface Machine {
  /** Where `/sys`, `/dev` and `/proc` are. */
  readonly root: string;
  readonly node: string;
  /** We are root, who may everything. */
  readonly isRoot: boolean;
  readonly run: RunProgram;
}

/** Where the unit keeps the state. */
const usualState = "/var/lib/benchd";

/** The command that tells what is wrong; `machine` is this one, or one that a test has made. */
export const doctorOf = (machine: Machine): Command => ({
  usage: "benchd doctor [--config FILE] [--url URL [--ca FILE]] [--token-file FILE] [--bundle FILE]",
  summary:
    "Tell what is wrong with the configuration, this machine and a running gateway, and what to do. Opens no device.",
  help: [
    "--config FILE   the configuration; benchd.yaml unless told",
    "--url URL       the gateway; that of BENCHD_URL, or of the configuration, unless told",
    ...gatewayHelp(14),
    "--bundle FILE   write all of it into a new file for a bug report, without secrets, addresses and names of people",
    "One line for each thing that was looked at. Exits with 0 when there is no problem, with 1 when there is one.",
    "Run it as the user that benchd runs as: sudo -u benchd benchd doctor",
  ],

  async run(args, shell) {
    const { values } = readArguments(args, {
      config: { type: "string", default: "benchd.yaml" },
      ...gatewayOptions,
      bundle: { type: "string" },
    });
    const { config, content, findings: ofFile } = await examineConfiguration(values.config, machine.root);
    const stateDirectory = stateOf(config, shell);
    const gateway = await askedGateway({ ...values, usual: urlOf(config) }, shell, stateDirectory);
    const { said, findings: ofGateway } = await examineGateway(gateway);
    const findings = [
      ...examineNode(machine),
      ...ofFile,
      ...(await examineState(stateDirectory)),
      ...(await examineKey(config?.listen.tls?.key)),
      ...(config ? await examineCredentials(config, { ...machine, environment: shell.environment }) : []),
      ...(config ? await examineDevices(config, { root: machine.root, running: said.running }) : []),
      ...(await examineClock()),
      ...(await examineService(machine.run)),
      ...ofGateway,
    ];
    for (const finding of findings) shell.print(lineOf(finding));
    if (values.bundle !== undefined) {
      const { environment } = shell;
      const { node, run } = machine;
      const all = { version: await version(), node, environment, content, stateDirectory, findings, said, run };
      await writeBundle(values.bundle, await bundle(all));
      shell.tell(`${values.bundle} is written: read it before you send it to anybody`);
    }
    return findings.some(({ verdict }) => verdict === "problem") ? 1 : 0;
  },
});

export const doctor = doctorOf({
  root: "/",
  node: process.versions.node,
  isRoot: process.getuid?.() === 0,
  run: (program, args) =>
    promisify(execFile)(program, [...args], { timeout: 10_000, maxBuffer: 2 ** 24 }).then(
      ({ stdout }) => stdout,
      () => undefined,
    ),
});

/** One line each, whatever a file or a device has put into it. */
const lineOf = ({ verdict, about, what }: Finding) =>
  visible(`${verdict.padEnd(8)} ${about}: ${redact(what)}`).replaceAll("\n", "\\n");

function examineNode({ node, isRoot }: Machine): readonly Finding[] {
  const { ok, problem } = about("Node");
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  return [
    fits ? ok(node) : problem(`benchd needs Node 20.19 or later, this is ${node}: install a newer one`),
    ...(isRoot
      ? [about("user").warning("root may do everything, so rights are not seen: sudo -u benchd benchd doctor")]
      : []),
  ];
}

async function examineClock(): Promise<readonly Finding[]> {
  const { ok, warning } = about("clock");
  const trusted = (await wallClockTrust())();
  return [trusted ? ok("it is known to be right") : warning("nobody knows whether it is right: timedatectl tells why")];
}

function stateOf(config: Config | undefined, { environment }: Shell): string | undefined {
  return config?.stateDirectory ?? environment["STATE_DIRECTORY"] ?? (existsSync(usualState) ? usualState : undefined);
}

/** Of a gateway that listens on every address, the one that this machine has for itself. */
function urlOf(config: Config | undefined): string {
  if (!config) return usualUrl;
  const { host, port, tls } = config.listen;
  const address = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[host] ?? (host.includes(":") ? `[${host}]` : host);
  return `${tls ? "https" : "http"}://${address}:${port}`;
}
