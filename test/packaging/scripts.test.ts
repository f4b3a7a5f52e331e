import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = (name: string) => readFileSync(new URL(`../../packaging/debian/${name}`, import.meta.url), "utf8");

/** As dpkg runs it. What the scripts do to a machine is tried in the VM. */
function run(text: string, ...args: readonly string[]) {
  const { status, stderr } = spawnSync("sh", ["-c", text, "script", ...args], { encoding: "utf8" });
  return { status, stderr };
}

test("the package is not installed over the service of a copy by npm, and says how to take that away", () => {
  const root = mkdtempSync(join(tmpdir(), "benchd-preinst-"));
  const folder = join(root, "etc/systemd/system");
  mkdirSync(folder, { recursive: true });
  const preinst = script("preinst").replaceAll("/etc/", `${root}/etc/`);
  expect(run(preinst, "install")).toEqual({ status: 0, stderr: "" });
  writeFileSync(join(folder, "benchd.service"), "# Written by `benchd install-service` for /etc/benchd/benchd.yaml.\n");
  expect(run(preinst, "install")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("sudo benchd install-service --remove\n"),
  });
  // The package is there already: nothing can be refused any more.
  expect(run(preinst, "upgrade", "0.1.0").status).toBe(0);
});

test("a Node that what is compiled does not load into is refused, with what to do", () => {
  const [check = ""] = script("postinst").split("# For purge");
  expect(run(check.replaceAll("@ABI@", "1"), "configure")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/compiled for 1\.\n.*\n?.*sudo dpkg --configure benchd/),
  });
  expect(run(check.replaceAll("@ABI@", "1"), "triggered").status).toBe(0);
});
