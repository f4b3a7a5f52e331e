import { access, constants, readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { about, type Finding, messageOf } from "./finding.ts";

const enoughBytes = 256 * 2 ** 20;
const neededBytes = 16 * 2 ** 20;

/** Whether state can be kept: rights and space, and that nobody else may read what lets somebody in. */
export async function examineState(folder: string | undefined): Promise<readonly Finding[]> {
  const { ok, warning, problem } = about("state");
  if (folder === undefined)
    return [
      warning("nothing is kept over a restart: set stateDirectory in the configuration, or run benchd as a service"),
    ];
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) return [problem(`${folder} is no folder: name another in stateDirectory`)];
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return [ok(folder), ...rightsOf(folder, found.mode), ...(await space(folder)), ...(await secrets(folder))];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [warning(`${folder} is not there yet: benchd makes it when it starts`)];
    return [
      problem(
        `this user may not use ${folder} (${messageOf(error)}): it has to belong to the user that benchd runs as`,
      ),
    ];
  }
}

function rightsOf(folder: string, mode: number): readonly Finding[] {
  const { warning, problem } = about("state");
  if (mode & 0o022) return [problem(`others may write in ${folder}: chmod go-w ${folder}`)];
  return mode & 0o007 ? [warning(`every user may read ${folder}, the history too: chmod o= ${folder}`)] : [];
}

async function space(folder: string): Promise<readonly Finding[]> {
  const { ok, warning, problem } = about("space");
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const told = `${Math.floor(free / 2 ** 20)} MiB free for ${folder}`;
  if (free < neededBytes)
    return [problem(`${told}: nothing new is started while the history cannot be written; free some space`)];
  return [free < enoughBytes ? warning(`${told}: free some space`) : ok(told)];
}

/** Tokens let somebody in: whoever can write there gives himself one. */
async function secrets(folder: string): Promise<readonly Finding[]> {
  const { ok, problem } = about("tokens");
  const tokens = join(folder, "tokens");
  const names = await readdir(tokens).catch(() => []);
  const all = [tokens, join(folder, "local-token"), ...names.map((name) => join(tokens, name))];
  const modes = await Promise.all(all.map(async (path) => ({ path, mode: await modeOf(path) })));
  const open = modes.filter(({ mode }) => mode & 0o077);
  if (open.length > 0) return open.map(({ path }) => problem(`others may get at ${path}: chmod go= ${path}`));
  return names.length > 0 ? [ok(`${names.length}, for nobody else to read`)] : [];
}

/** Whether others can read the key of the certificate. */
export async function examineKey(key: string | undefined): Promise<readonly Finding[]> {
  if (key === undefined) return [];
  const { ok, problem } = about("TLS key");
  try {
    await access(key, constants.R_OK);
    const mode = await modeOf(key);
    return [mode & 0o007 ? problem(`every user may get at ${key}: chmod o= ${key}`) : ok(key)];
  } catch (error) {
    return [
      problem(`${key} cannot be read (${messageOf(error)}): it has to be readable for the user that benchd runs as`),
    ];
  }
}

/** None of what is not there. */
const modeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.mode ?? 0;

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);
