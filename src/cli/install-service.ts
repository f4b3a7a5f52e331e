import { execFile } from "node:child_process";
import { access, readFile, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { BenchdError, ConfigError } from "../errors.ts";
import { readConfig } from "../gateway/config/config.ts";
import { filesOf, places } from "./install/files.ts";
import { keyRemedy } from "./install/key.ts";
import { localNetworks, type Needs, needsOf } from "./install/needs.ts";
import { packaged } from "./install/packaged.ts";
import { Writer } from "./install/writer.ts";
import { packageRoot } from "./package-root.ts";
import type { Command, Shell } from "./shell.ts";
import { readArguments, UsageError } from "./usage.ts";

/** The service cannot be installed here, or by this user. */
export class InstallError extends BenchdError {
  readonly code = "BENCHD_INSTALL";
}

/** What is asked of the system itself. */
interface System {
  isRoot(): boolean;
  /** Rejects when it fails, or is not there. */
  run(program: string, args: readonly string[]): Promise<unknown>;
}

const system: System = {
  isRoot: () => process.getuid?.() === 0,
  run: (program, args) => promisify(execFile)(program, args, { timeout: 60_000 }),
};

export const installService = installServiceOn(system);

/** The command, on a system that a test may play. */
export function installServiceOn({ isRoot, run }: System): Command {
  return {
    usage: "benchd install-service [--config FILE] [--user NAME] [--dry-run] [--remove] [--root DIR]",
    summary: "Let systemd run benchd on a configuration, in a sandbox that has the devices it names.",
    help: [
      "--config FILE   the configuration; /etc/benchd/benchd.yaml unless told",
      "--user NAME     run it as this user, who exists; as benchd, made for it, unless told",
      "--dry-run       show what would be written, and change nothing",
      "--remove        take away what it has written; configuration and state stay",
      "--root DIR      write below this folder, as for an image, and ask nothing of this system",
      "",
      "The Debian package brings a service with it, which may use any serial port and GPIO, and no network: there it opens",
      "and narrows the sandbox of that one for what /etc/benchd/benchd.yaml names, and takes no other file and no other user.",
    ],

    async run(args, shell) {
      const { config, user, root, dryRun, remove } = readOptions(args);
      if (!dryRun && root === "" && !isRoot())
        throw new InstallError("only root may install a service: try `sudo benchd install-service`, or --dry-run");
      const tell = (line: string) => shell.print(line);
      const ask = async (program: string, ...rest: readonly string[]) => {
        if (root !== "" || dryRun) return;
        await run(program, rest).catch((error: Error) =>
          tell(`\`${program} ${rest.join(" ")}\` failed: ${error.message.trim()}`),
        );
      };
      const writer = new Writer({ root, dryRun, tell });
      const benchd = await packageFolder();
      const byDpkg = benchd === packaged.benchd;
      if (byDpkg) refuseOther({ config, user });
      else if (!remove) await refuseBesides(root);
      if (remove) {
        if (!byDpkg) await ask("systemctl", "disable", "--now", "benchd.service");
        for (const place of Object.values(places)) await writer.remove(place);
        await tellSystem(ask);
        tell("What it has kept stays: /etc/benchd, /var/lib/benchd, and the user.");
        return 0;
      }
      const read = await readConfig(join(root, config));
      const needs = below(root, needsOf(read));
      const node = await realpath(process.execPath);
      // What an image will have where is for its maker to know.
      const named = [config, needs.stateDirectory ?? "", ...needs.foreign];
      for (const path of root === "" ? [node, benchd, ...named] : named) refuseHidden(path);
      const template = await readFile(join(benchd, "systemd/benchd.service"), "utf8");
      const files = filesOf({ template, node, benchd, config, user, needs });
      for (const [name, place] of Object.entries(places)) {
        const text = files[name as keyof typeof places];
        if (text === undefined) await writer.remove(place);
        else await writer.write(place, text);
      }
      if (!byDpkg) await ask("systemd-sysusers", places.sysusers);
      if (needs.modules.length > 0) await ask("modprobe", "--all", ...needs.modules);
      await tellSystem(ask);
      const { key } = needs;
      const remedy = key !== undefined && root === "" && !dryRun ? await keyRemedy({ key, user, run }) : undefined;
      if (remedy !== undefined) tell(remedy);
      if (needs.listensToOthers) tell(whoIsHeard);
      tellNext({ config, dryRun, changed: writer.changed, tokens: read.access.auth === "tokens" }, shell);
      return 0;
    },
  };
}

const whoIsHeard = `It answers private networks (${localNetworks.join(", ")}); for others: sudo systemctl edit benchd, with IPAddressAllow=… below [Service].`;

async function tellSystem(ask: (program: string, ...args: readonly string[]) => Promise<void>): Promise<void> {
  await ask("systemctl", "daemon-reload");
  await ask("udevadm", "control", "--reload");
  await ask("udevadm", "trigger", "--subsystem-match=tty", "--subsystem-match=gpio");
}

interface Installed {
  readonly config: string;
  readonly dryRun: boolean;
  readonly changed: boolean;
  /** Nobody gets in without one. */
  readonly tokens: boolean;
}

function tellNext({ config, dryRun, changed, tokens }: Installed, shell: Shell): void {
  if (dryRun) return;
  const start = [
    "sudo systemctl enable --now benchd",
    ...(changed ? ["sudo systemctl restart benchd   # if it runs already"] : []),
  ];
  for (const line of [
    "Next:",
    `  benchd check ${config}`,
    ...(tokens ? [`  sudo benchd token create --name YOUR-NAME --scope admin --config ${config}`] : []),
    ...start.map((one) => `  ${one}`),
    "  journalctl -u benchd -f",
  ])
    shell.print(line);
}

async function packageFolder(): Promise<string> {
  const found = await packageRoot();
  if (found) return resolve(found.folder);
  throw new InstallError(
    "this copy of benchd is not complete: install it again, by its Debian package or `npm install --global benchd`",
  );
}

/** The unit of the Debian package is for one configuration and one user. */
function refuseOther({ config, user }: { readonly config: string; readonly user: string }): void {
  if (config === packaged.config && user === packaged.user) return;
  throw new InstallError(
    `the service of the Debian package runs as ${packaged.user} on ${packaged.config}: put the configuration there, or install benchd by npm, which takes --config and --user`,
  );
}

/** Two copies that both want to be the service would take turns in it. */
async function refuseBesides(root: string): Promise<void> {
  const there = await access(join(root, packaged.unit)).then(
    () => true,
    () => false,
  );
  if (there)
    throw new InstallError(
      "the Debian package benchd is installed, and has a service of its own: use that one (`sudo /usr/bin/benchd install-service` opens its sandbox for what the configuration names), or `sudo apt remove benchd` first",
    );
}

/** What the configuration names relative to itself, as it is named in the image. */
function below(root: string, { stateDirectory, foreign, ...needs }: Needs): Needs {
  const inside = (path: string) =>
    root !== "" && path.startsWith(`${resolve(root)}/`) ? path.slice(resolve(root).length) : path;
  return {
    ...needs,
    stateDirectory: stateDirectory === undefined ? undefined : inside(stateDirectory),
    foreign: foreign.map(inside),
  };
}

/** The sandbox does not let it see anybody's home, nor what others leave in /tmp. */
function refuseHidden(path: string): void {
  if (!/^\/(home|root|run\/user|tmp|var\/tmp)\//.test(path)) return;
  throw new ConfigError(
    `${path} is hidden from the service, as people's own folders are: move it, such as to /etc/benchd or /usr/local`,
  );
}

function readOptions(args: readonly string[]) {
  const { values } = readArguments(args, {
    config: { type: "string", default: "/etc/benchd/benchd.yaml" },
    user: { type: "string", default: "benchd" },
    root: { type: "string", default: "" },
    "dry-run": { type: "boolean", default: false },
    remove: { type: "boolean", default: false },
  });
  const { config, user, root, remove } = values;
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user)) throw new UsageError(`"${user}" is no name of a user`);
  if (user === "root") throw new UsageError("benchd needs no rights of root: name another user");
  const dryRun = values["dry-run"];
  return { config: root === "" ? resolve(config) : config, user, root, remove, dryRun };
}
