/** Makes one Debian package of the project as it is built: see build.sh, which calls it. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { control } from "./control.ts";
import type { Architecture } from "./modules.ts";
import { growTree } from "./tree.ts";

const root = fileURLToPath(import.meta.url).replace(/(\/dist)?\/packaging\/[^/]+$/, "");
const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { values } = parseArgs({
  options: {
    arch: { type: "string", default: "amd64" },
    natives: { type: "string", default: root },
    strip: { type: "string", default: "strip" },
    version: { type: "string", default: own.version },
    out: { type: "string", default: join(root, "dist/packages") },
  },
});
const architecture = values.arch as Architecture;
const date = new Date(1000 * Number(process.env["SOURCE_DATE_EPOCH"]));
// As Debian's tools name whoever makes a package.
const { DEBFULLNAME: name = "the benchd authors", DEBEMAIL: mail = "benchd@localhost" } = process.env;
const maintainer = `${name} <${mail}>`;
const to = mkdtempSync(join(tmpdir(), "benchd-package-"));
try {
  const { version } = values;
  const compiled = await growTree({ root, natives: values.natives, architecture, version, maintainer, date, to });
  // The build id tells machines apart on which the same was compiled.
  execFileSync(values.strip, ["--strip-unneeded", "-R", ".note.gnu.build-id", "-R", ".comment", ...compiled]);
  normalise(to);
  const symbols = execFileSync("readelf", ["--version-info", "--wide", ...compiled], { encoding: "utf8" });
  const installedKiB = Math.ceil(sizeOf(to) / 1024);
  writeScripts(
    control({
      version,
      architecture,
      installedKiB,
      maintainer,
      symbols,
      node: process.versions.node,
      engines: own.engines.node,
    }),
  );
  mkdirSync(values.out, { recursive: true });
  const file = join(values.out, `benchd_${version}_${architecture}.deb`);
  execFileSync("dpkg-deb", ["--build", "--root-owner-group", "-Zxz", to, file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.stdout.write(`${file}\n`);
} finally {
  rmSync(to, { recursive: true });
}

/** DEBIAN/: what dpkg runs, and what is the administrator's to change. */
function writeScripts(text: string): void {
  const folder = join(to, "DEBIAN");
  mkdirSync(folder);
  writeFileSync(join(folder, "control"), text);
  writeFileSync(join(folder, "conffiles"), "/etc/benchd/benchd.yaml\n");
  const sums = files(to).filter((path) => !/^\/(DEBIAN|etc)\//.test(path));
  const lines = execFileSync(
    "md5sum",
    sums.map((path) => path.slice(1)),
    { cwd: to, encoding: "utf8" },
  );
  writeFileSync(join(folder, "md5sums"), lines);
  for (const script of ["preinst", "postinst", "prerm", "postrm"]) {
    const at = join(folder, script);
    cpSync(join(root, "packaging/debian", script), at);
    writeFileSync(at, readFileSync(at, "utf8").replaceAll("@ABI@", process.versions.modules));
    chmodSync(at, 0o755);
  }
  for (const name of ["control", "conffiles", "md5sums"]) chmodSync(join(folder, name), 0o644);
  chmodSync(folder, 0o755);
}

/** Whoever builds it, and with what umask: who may do what in it is the same. */
function normalise(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) normalise(at);
    else chmodSync(at, isProgram(at) ? 0o755 : 0o644);
  }
}

function isProgram(file: string): boolean {
  return readFileSync(file, "latin1").startsWith("#!");
}

function files(folder: string, below = ""): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? files(folder, `${below}/${entry.name}`) : [`${below}/${entry.name}`]));
}

/** As dpkg counts: whole blocks of 1 KiB; bytes. */
function sizeOf(folder: string): number {
  return files(folder).reduce((sum, path) => sum + Math.ceil(lstatSync(join(folder, path)).size / 1024) * 1024, 0);
}
