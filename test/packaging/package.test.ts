import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { control } from "../../packaging/control.ts";
import { changelog, copyright } from "../../packaging/legal.ts";
import { manPage } from "../../packaging/man.ts";
import { filesOf, modulesOf } from "../../packaging/modules.ts";
import { packagedFiles } from "../../src/cli/install/packaged.ts";
import type { Command } from "../../src/cli/shell.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = readFileSync(new URL("../../systemd/benchd.service", import.meta.url), "utf8");

const asked = {
  version: "0.2.0",
  architecture: "arm64",
  installedKiB: 9000,
  maintainer: "a <a@b.example>",
  symbols: "Name: GLIBC_2.9 Name: GLIBC_2.34 Name: GLIBCXX_3.4.9 Name: GLIBCXX_3.4.29",
  node: "20.19.2",
  engines: ">=20.19",
} as const;

test("the package depends on the Node that it was compiled for, and on the libraries that it needs", () => {
  const text = control(asked);
  expect(text).toMatch(/^Package: benchd\nVersion: 0\.2\.0\nArchitecture: arm64\n/);
  expect(text).toContain(
    "\nDepends: nodejs (>= 20.19), nodejs (<< 21~), libc6 (>= 2.34), libgcc-s1 (>= 3.0), libstdc++6 (>= 11), ",
  );
  expect(control({ ...asked, node: "22.4.0" })).toContain("nodejs (>= 22), nodejs (<< 23~), ");
  expect(() => control({ ...asked, symbols: "GLIBC_2.34 GLIBCXX_3.4.99" })).toThrow(/GLIBCXX_3\.4\.99: add it/);
});

test("its unit is the one that is shipped, but for where benchd is and what tells of it", () => {
  const { "/usr/lib/systemd/system/benchd.service": unit = "", ...others } = packagedFiles(template);
  const [mark, ...lines] = unit.split("\n");
  expect(mark).toMatch(/^# Part of the Debian package benchd\./);
  const shipped = template.split("\n");
  expect(lines.filter((line) => !shipped.includes(line))).toEqual([
    "Documentation=man:benchd(1) file:///usr/share/doc/benchd/docs/configuration.md",
    "ExecStart=/usr/bin/node /usr/lib/benchd/dist/benchd/src/cli/main.js serve --config /etc/benchd/benchd.yaml --safe-mode-after 3",
    "ExecStopPost=-/usr/bin/node /usr/lib/benchd/dist/benchd/src/cli/main.js safe --config /etc/benchd/benchd.yaml",
  ]);
  expect(shipped.filter((line) => !lines.includes(line)).map((line) => line.split(/[=:]/)[0])).toEqual([
    "Documentation",
    "# Where Debian's npm puts it",
    "ExecStart",
    "ExecStopPost",
  ]);
  expect(Object.keys(others)).toEqual([
    "/usr/lib/sysusers.d/benchd.conf",
    "/usr/lib/udev/rules.d/99-benchd.rules",
    "/usr/lib/modules-load.d/benchd.conf",
  ]);
});

test("the manual says what help says, with nothing that troff would take for its own", () => {
  const odd: Command = {
    usage: "benchd tame [--to DIR]",
    summary: "Tame it.",
    help: ["--to DIR  where: C:\\bench", ".hidden files are left", "'quoted'"],
    run: async () => 0,
  };
  const page = manPage({ version: "0.2.0", date: new Date(0), commands: { tame: odd } });
  expect(page).toContain('.TH BENCHD 1 "1970-01-01" "benchd 0.2.0" "User Commands"');
  expect(page).toContain(".SH ENVIRONMENT\n.TP\n.B BENCHD_URL\n");
  expect(page).toContain(
    ".SS tame\n.B benchd tame [\\-\\-to DIR]\n.br\n.PP\nTame it.\n.PP\n.nf\n\\-\\-to DIR  where: C:\\ebench\n\\&.hidden files are left\n\\&'quoted'\n.fi",
  );
});

test("what lies beside the bundle is what runs, with its licences told, and nothing that only compiles it", () => {
  const modules = modulesOf(root, ["@fastify/swagger-ui", "better-sqlite3", "koffi", "serialport"], "arm64");
  const names = modules.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["bindings", "debug", "@koromix/koffi-linux-arm64", "ms"]));
  expect(names).not.toEqual(expect.arrayContaining(["prebuild-install"]));
  expect(names).not.toContain("@fastify/static");
  const files = modules.filter(({ name }) => !name.startsWith("@koromix")).flatMap((one) => filesOf(root, one));
  expect(files).toEqual(expect.arrayContaining(["lib/database.js", "src/node.js", "static/swagger-ui-bundle.js"]));
  expect(files.filter((file) => /\.(d\.ts|md|map|cc|cpp|hh?|gyp|node)$|(^|\/)test\//.test(file))).toEqual([]);
  const told = copyright(root, modules, "none");
  expect(told).toMatch(/^better-sqlite3 [\d.]+ \(MIT\)\n {4}Copyright \(c\) \d{4}/m);
  expect(told).toContain("2026 the benchd authors");
});

test("its changelog is one that dpkg reads", () => {
  const text = changelog({ version: "0.2.0", maintainer: "a <a@b.example>", date: new Date(0) });
  expect(text).toMatch(
    /^benchd \(0\.2\.0\) unstable; urgency=medium\n\n {2}\* .*\n\n -- a <a@b\.example> {2}Thu, 01 Jan 1970 00:00:00 \+0000\n$/,
  );
});
