import { access, constants, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Whether this user may open a device, and the group of those who may; nothing is opened to find out. */
export async function accessTo(
  node: string,
  root = "/",
): Promise<{ readonly allowed: boolean; readonly group: string }> {
  const path = join(root, node);
  const allowed = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return { allowed, group: await groupOf(path, root) };
}

/** How a user comes to be allowed. */
export const joinGroup = (group: string): string =>
  `add the user that runs benchd to the group ${group} (sudo usermod -aG ${group} <user>) and log in again`;

async function groupOf(path: string, root: string): Promise<string> {
  const gid = await stat(path).then(
    (found) => found.gid,
    () => undefined,
  );
  const groups = await readFile(join(root, "etc/group"), "utf8").catch(() => "");
  const named = groups.split("\n").find((line) => line.split(":")[2] === String(gid));
  const [name = "root"] = named?.split(":") ?? [];
  // Nobody should join root for a port: udev gives ports to dialout, once it has seen them.
  return name === "root" ? "dialout" : name;
}
