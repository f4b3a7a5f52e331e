import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { apart } from "../bundle/apart.ts";
import { packaged, packagedFiles } from "../src/cli/install/packaged.ts";
import { commands } from "../src/cli/run.ts";
import type { Command } from "../src/cli/shell.ts";
import { allNotices, changelog, copyright } from "./legal.ts";
import { manPage } from "./man.ts";
import { type Architecture, architectures, filesOf, modulesOf, PackagingError } from "./modules.ts";

export interface Wish {
  /** The project, built. */
  readonly root: string;
  /** Has what is compiled for the architecture, as it lies in the project. */
  readonly natives: string;
  readonly architecture: Architecture;
  readonly version: string;
  readonly maintainer: string;
  readonly date: Date;
  /** Where the tree grows; empty. */
  readonly to: string;
}

const doc = "/usr/share/doc/benchd";

/** All that the package puts on a machine. Resolves with the files that are compiled. */
export async function growTree(wish: Wish): Promise<readonly string[]> {
  const { root, version, maintainer, date, to } = wish;
  const write = (path: string, text: string | Buffer, mode = 0o644) => {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), text);
    chmodSync(join(to, path), mode);
  };
  const text = (path: string) => readFileSync(join(root, path), "utf8");
  const copy = (from: string, path: string) =>
    cpSync(join(root, from), join(to, path), { recursive: true, filter: (one) => !one.includes("/pictures") });
  const squeezed = (path: string, content: string) => write(`${path}.gz`, gzipSync(content, { level: 9 }));

  const modules = modulesOf(root, apart, wish.architecture);
  const compiled = copyProgram(wish);
  for (const [path, content] of Object.entries(packagedFiles(text("systemd/benchd.service")))) write(path, content);
  write("/etc/benchd/benchd.yaml", text("packaging/debian/benchd.yaml"));
  write("/usr/bin/benchd", text("packaging/debian/benchd"), 0o755);
  write("/usr/share/bash-completion/completions/benchd", completion(root));

  copy("docs", `${doc}/docs`);
  copy("examples", `${doc}/examples`);
  write(`${doc}/README.md`, text("README.md"));
  squeezed(`${doc}/CHANGELOG.md`, text("CHANGELOG.md"));
  squeezed(`${doc}/changelog`, changelog({ version, maintainer, date }));
  const notices = text("dist/benchd/NOTICES.txt");
  write(`${doc}/copyright`, copyright(root, modules, notices));
  squeezed(`${doc}/NOTICES.txt`, allNotices(root, modules, notices));
  write("/usr/share/lintian/overrides/benchd", text("packaging/debian/lintian-overrides"));
  squeezed("/usr/share/man/man1/benchd.1", manPage({ version, date, commands: await allCommands() }));
  return compiled;
}

/** Everything below /usr/lib/benchd. */
function copyProgram({ root, natives, architecture, version, to }: Wish): readonly string[] {
  const home = join(to, packaged.benchd);
  const put = (from: string, path: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    cpSync(from, join(home, path), { recursive: true });
    return join(home, path);
  };
  put(join(root, "dist/benchd"), "dist/benchd");
  for (const folder of ["templates", "systemd"]) put(join(root, folder), folder);
  const { name, type, license, engines, devDependencies, allowScripts } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  // What `benchd` looks at of it, and nothing that npm would act on.
  const told = { name, version, type, license, engines, devDependencies, allowScripts };
  writeFileSync(join(home, "package.json"), `${JSON.stringify(told, undefined, 2)}\n`);

  const cpu = architectures[architecture];
  const koffi = `node_modules/@koromix/koffi-linux-${cpu}`;
  for (const module of modulesOf(root, apart, architecture))
    if (module.at !== koffi)
      for (const file of filesOf(root, module)) put(join(root, module.at, file), join(module.at, file));
  const ports = `node_modules/@serialport/bindings-cpp/prebuilds/linux-${cpu}`;
  const glibc = readdirSync(join(root, ports)).filter((file) => file.endsWith(".glibc.node"));
  for (const file of ["package.json", "index.js"]) put(join(natives, koffi, file), join(koffi, file));
  return [
    ...glibc.map((file) => put(join(root, ports, file), join(ports, file))),
    ...[
      `${koffi}/linux_${cpu}/koffi.node`,
      "node_modules/better-sqlite3/build/Release/better_sqlite3.node",
      "node_modules/epoll/build/Release/epoll.node",
    ].map((file) => {
      if (!existsSync(join(natives, file))) throw new PackagingError(`${join(natives, file)} is missing: run npm ci`);
      return put(join(natives, file), file);
    }),
  ];
}

async function allCommands(): Promise<Readonly<Record<string, Command>>> {
  const loaded = Object.entries(commands).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}

const completion = (root: string) =>
  execFileSync(process.execPath, [join(root, "dist/benchd/src/cli/main.js"), "completion", "bash"], {
    encoding: "utf8",
  });
