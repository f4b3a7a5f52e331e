import { told, toldOf } from "../src/cli/help/told.ts";
import type { Command } from "../src/cli/shell.ts";

interface Made {
  readonly version: string;
  readonly date: Date;
  readonly commands: Readonly<Record<string, Command>>;
}

/** benchd(1), from the very texts that `benchd help` prints. */
export function manPage({ version, date, commands }: Made): string {
  const [day = ""] = date.toISOString().split("T");
  const groups = Object.entries(told).flatMap(([title, group]) => [
    `.SS ${escaped(title)}`,
    ...Object.entries(group).flatMap(([name, { brief }]) => [".TP", `.B ${escaped(name)}`, escaped(brief)]),
  ]);
  const each = Object.keys(commands)
    .toSorted()
    .flatMap((name) => about(name, commands[name] as Command));
  return [
    `.TH BENCHD 1 "${day}" "benchd ${escaped(version)}" "User Commands"`,
    ".SH NAME",
    `benchd \\- ${escaped("runs the actions of lab instruments, one at a time per device, over HTTP")}`,
    ".SH SYNOPSIS",
    ".B benchd",
    "COMMAND [ARGUMENT...]",
    ".br",
    ".B benchd help",
    "COMMAND",
    ".SH DESCRIPTION",
    escaped("benchd is the process on a Raspberry Pi that stands beside lab instruments."),
    escaped("Drivers wrap serial and GPIO devices as Things; it runs their actions and serves them over HTTP."),
    ".SH COMMANDS",
    ...groups,
    ".SH EACH COMMAND",
    ...each,
    ".SH ENVIRONMENT",
    ...variable("BENCHD_URL", "the gateway that commands ask, where no --url names one"),
    ...variable("BENCHD_TOKEN", "your token, where no --token-file holds one"),
    ".SH FILES",
    ...file("/etc/benchd/benchd.yaml", "the configuration of the service"),
    ...file("/var/lib/benchd", "what the service keeps: the history, settings, latches, tokens"),
    ".SH SEE ALSO",
    escaped("/usr/share/doc/benchd/docs: configuration.md, operations.md, raspberry-pi.md, safety.md, command-line.md"),
    ".br",
    ".BR systemctl (1),",
    ".BR journalctl (1)",
    "",
  ].join("\n");
}

function about(name: string, { usage, summary, help }: Command): readonly string[] {
  const example = toldOf(name)?.example;
  return [
    `.SS ${escaped(name)}`,
    ...usage.split("\n").flatMap((line) => [`.B ${escaped(line.trim())}`, ".br"]),
    ".PP",
    escaped(summary),
    ...(help.length > 0 ? [".PP", ".nf", ...help.map(escaped), ".fi"] : []),
    ...(example === undefined ? [] : [".PP", "Example:", `.B ${escaped(example)}`]),
  ];
}

const variable = (name: string, what: string) => [".TP", `.B ${escaped(name)}`, escaped(what)];
const file = (path: string, what: string) => [".TP", `.I ${escaped(path)}`, escaped(what)];

/** A line of text, in which troff finds no request and no letter of its own. */
const escaped = (text: string) =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replaceAll("“", '"')
    .replace(/^(?=[.'])/, "\\&");
