import { access } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../../experiment/notify/secret.ts";
import type { Config } from "../../gateway/config/config.ts";
import { credentialsOf } from "../../gateway/config/secrets.ts";
import { about, type Finding } from "./finding.ts";
import type { RunProgram } from "./service.ts";

interface Around {
  /** Where `/run` and the files of the unit are. */
  readonly root: string;
  readonly environment: Environment;
  readonly run: RunProgram;
}

/** What the unit says of one credential: where it comes from, where that is known. */
interface Granted {
  readonly id: string;
  readonly path: string | undefined;
}

const edit = "sudo systemctl edit benchd";
const restart = "sudo systemctl restart benchd";

/** The credentials of systemd that the configuration names: whether the unit grants them, and the service has them. */
export async function examineCredentials(config: Config, around: Around): Promise<readonly Finding[]> {
  const named = credentialsOf(config);
  if (named.length === 0) return [];
  const unit = await around.run("systemctl", ["cat", "benchd.service"]);
  const folder = around.environment["CREDENTIALS_DIRECTORY"] || join(around.root, "run/credentials/benchd.service");
  const granted = unit === undefined ? undefined : grantedBy(unit);
  return Promise.all(named.map((one) => examine(one, { folder, granted, root: around.root })));
}

async function examine(
  { name, at }: { readonly name: string; readonly at: string },
  {
    folder,
    granted,
    root,
  }: { readonly folder: string; readonly granted: readonly Granted[] | undefined; readonly root: string },
): Promise<Finding> {
  const { ok, warning, problem } = about(`credential ${name}`);
  const wanted = `${at} names it`;
  const there = await access(join(folder, name)).then(
    () => "yes" as const,
    (error: NodeJS.ErrnoException) => (error.code === "EACCES" ? "unseen" : "no"),
  );
  if (there === "yes") return ok("the service has it");
  if (!granted)
    return warning(`${wanted}, and nobody here gives it: only systemd does, to benchd.service. Or name a file instead`);
  const found = granted.find(({ id }) => gives(id, name));
  if (!found) {
    const line = `LoadCredential=${name}:/etc/benchd/secrets/${name}`;
    return problem(
      `${wanted}, and benchd.service is not given it: ${edit}, add ${line} below [Service], then ${restart}`,
    );
  }
  const { path } = found;
  if (path !== undefined && (await isMissing(join(root, path))))
    return problem(
      `${wanted}, and ${path}, from which systemd is to take it, is not there: put it there, then ${restart}`,
    );
  if (there === "unseen") return ok("benchd.service is given it");
  return warning(
    `${wanted} and the unit grants it, but the service has not got it: it is given at a start only: ${restart}`,
  );
}

/** A folder of credentials is given by the name of each file in it; what is imported is named by a pattern. */
function gives(id: string, name: string): boolean {
  if (id.endsWith("*")) return name.startsWith(id.slice(0, -1));
  return id === name || name.startsWith(`${id}_`);
}

/** Who checks may not be who is to read it: only what is certainly not there counts. */
const isMissing = (path: string) =>
  access(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );

const granting = /^(?:(?:Load|Set)Credential(?:Encrypted)?|ImportCredential)$/;

/** What a unit, with all that was added to it, grants. An empty setting takes back what was granted by it before. */
function grantedBy(unit: string): readonly Granted[] {
  let granted: (Granted & { readonly setting: string })[] = [];
  for (const line of unit.replaceAll(/\\\r?\n/g, " ").split("\n")) {
    const [, setting = "", value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (!granting.test(setting)) continue;
    if (value === "") {
      granted = granted.filter((one) => one.setting !== setting);
      continue;
    }
    const [id = "", ...rest] = value.split(":");
    const path = rest.join(":");
    // One that is relative is looked for in several places; what has a `%` in it systemd alone knows.
    const known = setting.startsWith("Load") && isAbsolute(path) && !path.includes("%");
    granted.push({ setting, id, path: known ? path : undefined });
  }
  return granted;
}
