import { type Architecture, PackagingError } from "./modules.ts";

interface Asked {
  readonly version: string;
  readonly architecture: Architecture;
  readonly installedKiB: number;
  readonly maintainer: string;
  /** As `readelf --version-info` tells of all that is compiled. */
  readonly symbols: string;
  /** Of Node, that it was compiled for: as in `20.19.2`. */
  readonly node: string;
  /** As package.json says: as in `>=20.19`. */
  readonly engines: string;
}

/** What dpkg is to know of the package. */
export function control({ version, architecture, installedKiB, maintainer, symbols, node, engines }: Asked): string {
  return `Package: benchd
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${installedKiB}
Depends: ${[...nodes(node, engines), ...libraries(symbols), "systemd", "udev"].join(", ")}
Recommends: ca-certificates
Section: science
Priority: optional
Description: runs the actions of lab instruments over HTTP
 benchd is the process on a Raspberry Pi that stands beside lab instruments.
 Drivers wrap serial and GPIO devices as Things; a scheduler runs their
 actions, one at a time per device, with waits that can be cancelled, and a
 thin HTTP layer serves them to notebooks, scripts and a dashboard.
 .
 The service answers its own machine only, and has no device, until
 /etc/benchd/benchd.yaml says otherwise.
`;
}

/** What is compiled loads into one major version of Node only (its ABI); package names are those of Debian and of nodesource. */
function nodes(node: string, engines: string): readonly string[] {
  const major = Number(node.split(".")[0]);
  const [, least = ""] = /^>=(\d+\.\d+)/.exec(engines) ?? [];
  const from = Number(least.split(".")[0]) === major ? least : String(major);
  return [`nodejs (>= ${from})`, `nodejs (<< ${major + 1}~)`];
}

/** The version of GCC that brought each of the last versions of its C++ library. */
const gcc: Readonly<Record<number, string>> = { 26: "9", 27: "9", 28: "10", 29: "11", 30: "12", 31: "13", 32: "13" };

function libraries(symbols: string): readonly string[] {
  const glibc = newest(symbols, /\bGLIBC_(2\.\d+)/g);
  const last = Number(newest(symbols, /\bGLIBCXX_(3\.4\.\d+)/g).split(".")[2]);
  const since = gcc[Math.max(last, 26)];
  if (since === undefined) throw new PackagingError(`no version of GCC is known for GLIBCXX_3.4.${last}: add it`);
  return [`libc6 (>= ${glibc})`, "libgcc-s1 (>= 3.0)", `libstdc++6 (>= ${since})`];
}

function newest(text: string, pattern: RegExp): string {
  const found = [...text.matchAll(pattern)].flatMap(([, version]) => version ?? []);
  const [first] = found.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
  if (first === undefined) throw new PackagingError(`nothing that is compiled names ${pattern.source}`);
  return first;
}
